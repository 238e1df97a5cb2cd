import ModelRunner
import Testing

@Suite struct PlaceholderTests {}
