import Commands

await Tool.run(LwRun.self)
