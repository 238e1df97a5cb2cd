import Documents
import Testing

/// Text in a page is text, wherever it stands.
@Suite struct MarkupTests {
    @Test func nothingThatIsWrittenOpensAnElementOrLeavesAnAttribute() {
        var page = Markup()
        page.element("p", ["title": #""><script>alert('1')</script>"#], text: "<b>&amp;</b>")
        #expect(
            page.description == "<p title=\"&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;\">"
                + "&lt;b&gt;&amp;amp;&lt;/b&gt;</p>"
        )
    }

    @Test func elementsNest() {
        var page = Markup()
        page.doctype()
        page.element("ul", ["class": "a"]) { list in
            for item in ["1", "2"] { list.element("li", text: item) }
            list.void("br")
        }
        #expect(page.description == "<!doctype html>\n<ul class=\"a\"><li>1</li><li>2</li><br></ul>")
    }
}
