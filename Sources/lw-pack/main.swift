import Commands

await Tool.run(LwPack.self)
