import Commands
import SpecificationCommands

await Tool.run(LwPack<PackAdditions>.self)
