import Commands
import DockCommands

await Tool.run(LwDock.self)
