import CheckCommands
import Commands
import SpecificationCommands

await Tool.run(LwPack<BothAdditions<SpecificationAdditions, CheckAdditions>>.self)
