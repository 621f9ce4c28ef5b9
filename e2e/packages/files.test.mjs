// What packaging is told by files that only other systems read: workflows, the
// bundle for macOS, the installer for Windows, and the number of a version.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";

import { root } from "../programs.mjs";

const read = (name) => readFileSync(path.join(root, name), "utf8");
const run = (command, args, options) =>
  execFileSync(command, args, { encoding: "utf8", cwd: root, ...options });

describe("the workflows", () => {
  const workflows = readdirSync(path.join(root, ".github/workflows")).map(
    (name) => `.github/workflows/${name}`,
  );

  it("are what the host of the project accepts", () => {
    assert.ok(workflows.length >= 2);
    run(path.join(root, "scripts/tool.sh"), ["actionlint"]);
    assert.equal(run(path.join(root, "bin/tools/actionlint"), ["-no-color", ...workflows]), "");
  });

  for (const workflow of workflows) {
    const text = read(workflow);

    it(`${workflow} uses each action in one released version`, () => {
      const used = [...text.matchAll(/uses: (\S+)/g)].map((match) => match[1]);
      assert.ok(used.length > 0);
      for (const action of used) assert.match(action, /^actions\/[a-z-]+@v\d+\.\d+\.\d+$/);
    });

    it(`${workflow} may read the tree and no more, unless a job says why`, () => {
      assert.match(text, /^permissions:\n {2}contents: read$/m);
      for (const line of text.split("\n").filter((one) => /: write\b/.test(one)))
        assert.match(line, /write # to /);
      assert.equal(
        text.split("persist-credentials: false").length,
        text.split("uses: actions/checkout@").length,
      );
    });

    it(`${workflow} names only targets and programs that there are`, () => {
      for (const [, target] of text.matchAll(/^\s*- run: make (\S+)$/gm))
        run("make", ["-n", target], { stdio: "ignore" });
      for (const [name] of text.matchAll(/(?:\.ci|scripts|build\/darwin)\/[a-z-]+(?:\.sh)?/g)) {
        assert.ok(existsSync(path.join(root, name)), name);
      }
      for (const [name] of text.matchAll(/\.\/backend\/[a-z/-]+/g)) {
        assert.ok(existsSync(path.join(root, name.replace(/\/$/, ""))), name);
      }
    });
  }
});

describe("the bundle for macOS", () => {
  it("says what it is called, which links it opens and what it runs on", () => {
    const text = run("python3", [
      "-c",
      "import json, plistlib; print(json.dumps(plistlib.load(open('build/darwin/Info.plist', 'rb'))))",
    ]);
    const plist = JSON.parse(text);
    assert.deepEqual(
      plist.CFBundleURLTypes.map((type) => type.CFBundleURLSchemes),
      [["billfold"]],
    );
    assert.equal(plist.CFBundleExecutable, "billfold-desktop");
    const script = read("build/darwin/bundle.sh");
    assert.ok(script.includes(`MACOSX_DEPLOYMENT_TARGET=${plist.LSMinimumSystemVersion} `));
    assert.ok(script.includes(`/${plist.CFBundleIconFile}.icns`));
    assert.ok(script.includes(`build ${plist.CFBundleExecutable} `));
    run("bash", ["-n", "build/darwin/bundle.sh"]);
  });
});

describe("the installer for Windows", () => {
  const work = mkdtempSync(path.join(tmpdir(), "billfold-installer-"));
  after(() => rmSync(work, { recursive: true, force: true }));

  it("compiles without a warning, for one person and without an administrator's rights", () => {
    const stage = path.join(work, "stage");
    mkdirSync(stage);
    for (const name of ["billfold.exe", "billfold-desktop.exe", "LICENSE.txt", "THIRD-PARTY.txt"]) {
      writeFileSync(path.join(stage, name), name);
    }
    const out = path.join(work, "billfold-1.2.3-setup.exe");
    const defines = {
      VERSION: "1.2.3",
      NUMBERS: "1.2.3",
      VENDOR_NAME: "Quillforge",
      STAGE: stage,
      OUT: out,
    };
    const flags = Object.entries(defines).map(([name, value]) => `-D${name}=${value}`);
    run("makensis", [
      "-V2",
      "-WX",
      "-INPUTCHARSET",
      "UTF8",
      ...flags,
      "build/windows/installer.nsi",
    ]);
    assert.match(readFileSync(out, "latin1"), /<requestedExecutionLevel level="asInvoker"/);
  });

  it("takes away every file and key that it writes", () => {
    const script = read("build/windows/installer.nsi");
    const [installing, removing] = script.split("Section Uninstall");
    const files = [...installing.matchAll(/^ *File "\$\{STAGE\}\/(.+)"$/gm)].map(
      (match) => match[1],
    );
    assert.equal(files.length, 4);
    for (const name of files)
      assert.match(removing, new RegExp(`Delete (/REBOOTOK )?"\\$INSTDIR\\\\${name}"`));
    const keys = new Set(
      [...installing.matchAll(/WriteReg\w+ HKCU "(\$\{\w+\}(?:\\[a-z-]+\.exe)?)/g)].map(
        (match) => match[1],
      ),
    );
    assert.ok(keys.size >= 4);
    for (const key of keys) assert.ok(removing.includes(`DeleteRegKey HKCU "${key}"`), key);
  });
});

describe("the number of a version", () => {
  const told = (version, flag) =>
    spawnSync(path.join(root, "scripts/version.sh"), flag ? [flag] : [], {
      encoding: "utf8",
      env: { ...process.env, VERSION: version },
    });

  for (const [version, asPackage, numbers] of [
    ["1.2.3", "1.2.3", "1.2.3"],
    ["1.2.3-rc.1", "1.2.3~rc.1", "1.2.3"],
    ["1.2.3+4.gabc1234", "1.2.3+4.gabc1234", "1.2.3"],
    ["0.1.0-dev.gabc1234.dirty", "0.1.0~dev.gabc1234.dirty", "0.1.0"],
  ]) {
    it(`of ${version} is ${asPackage} for a package`, () => {
      assert.equal(told(version).stdout.trim(), version);
      assert.equal(told(version, "--package").stdout.trim(), asPackage);
      assert.equal(told(version, "--numbers").stdout.trim(), numbers);
    });
  }

  it("sorts what came before a release before it, and what came after it after it", () => {
    const inOrder = ["1.2.3-rc.1", "1.2.3", "1.2.3+4.gabc1234", "1.2.4"].map((one) =>
      told(one, "--package").stdout.trim(),
    );
    for (const [i, one] of inOrder.slice(1).entries())
      run("dpkg", ["--compare-versions", inOrder[i], "lt", one]);
  });

  it("is nothing that a shell or a file name could stumble over", () => {
    for (const bad of ["1.2", "v1.2.3", "1.2.3; true", "1.2.3/../x", "$(id)"])
      assert.equal(told(bad).status, 2, bad);
  });
});
