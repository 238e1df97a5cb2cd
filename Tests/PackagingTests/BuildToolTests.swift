import Documents
import Packaging
import SystemPackage
import TestSupport
import Testing

@Suite("lw-pack build")
struct BuildToolTests {
    @Test("build lists every problem like a compiler, counts them last, and writes nothing")
    func refused() throws {
        let scratch = try Scratch()
        _ = try GoodFolder.write(
            ["learnware.yaml": "model:\n  clas_name: M\nauthor: me\n", "requirements.txt": "sklearn==1.6.1\n"],
            in: scratch
        )
        let before = scratch.contents
        let run = try LwPack.run("build", "folder", "-o", "p.zip", in: scratch.path)
        #expect(run.status == 5)
        #expect(run.output.isEmpty)
        #expect(
            run.errors == """
                learnware.yaml:2:3: error: model has no key 'clas_name'; did you mean 'class_name'?
                  hint: known keys: class_name, module_path, kwargs, weights_file_path, required_learnware_ids
                learnware.yaml:3:1: warning: there is no key 'author'; it is kept and not used
                  hint: known keys: name, id, model, stat_specifications, semantic_specification, sandbox
                warning: there is no statistical specification: nobody can find the learnware by their data
                  hint: 'lw-pack spec X.csv -o FOLDER/stat.json' makes one of the model's rows; name it under stat_specifications
                requirements.txt:1:1: error: 'sklearn' is imported, but installed as 'scikit-learn'
                  hint: write scikit-learn==1.6.1
                2 errors, 2 warnings; nothing was written

                """
        )
        #expect(scratch.contents == before)
    }

    @Test("build gives the same problems to programs, refused or not")
    func json() throws {
        let scratch = try Scratch()
        _ = try GoodFolder.write(["requirements.txt": "json==1\nnumpy\n"], in: scratch)
        let refused = try LwPack.run("build", "folder", "-o", "p.zip", "--json", in: scratch.path)
        #expect(refused.status == 5)
        #expect(refused.errors.isEmpty)
        let object = try JSON.parse(refused.output)
        #expect(object["schema"] == "learnware/build/1")
        #expect(object["written"] == false)
        #expect(object["output"]?.isNull == true)
        #expect(
            object["problems"] == [
                [
                    "severity": "error", "rule": "environment", "file": "requirements.txt", "line": 1, "column": 1,
                    "message": "'json' is part of Python; remove the line", "hint": nil,
                ],
                [
                    "severity": "warning", "rule": "environment", "file": "requirements.txt", "line": 2, "column": 1,
                    "message": "no exact version, so others may get another one: numpy (line 2)",
                    "hint": "'pip freeze' says which versions you have; write them as in numpy==2.4.6",
                ],
            ]
        )
        _ = try GoodFolder.write(["requirements.txt": "numpy\n"], in: scratch)
        let written = try LwPack.run("build", "folder", "-o", "p.zip", "--json", in: scratch.path)
        #expect(written.status == 0)
        let second = try JSON.parse(written.output)
        #expect(second["written"] == true)
        #expect(second["problems"]?.array?.count == 1)
    }

    @Test("build --dry-run checks and writes nothing")
    func dryRun() throws {
        let scratch = try Scratch()
        _ = try GoodFolder.write(in: scratch)
        let before = scratch.contents
        let fine = try LwPack.run("build", "folder", "--dry-run", in: scratch.path)
        #expect(fine.status == 0)
        #expect(fine.text == "folder: no problems in 5 files; nothing was written\n")
        #expect(fine.errors.isEmpty)
        _ = try LwPack.run("build", "folder", "--dry-run", "-o", "p.zip", in: scratch.path)
        #expect(scratch.contents == before)
        _ = try GoodFolder.write(["requirements.txt": "json\n"], in: scratch)
        #expect(try LwPack.run("build", "folder", "--dry-run", in: scratch.path).status == 5)
    }
}
