// The packages for Debian, Ubuntu and Fedora, as they are built: what is in them,
// what they ask for, and that nothing in them depends on when or where they were
// built. Installing one on a clean system is `make package-smoke`.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";

import { Person, program, root } from "../programs.mjs";

const run = (command, args, options = {}) =>
  execFileSync(command, args, { encoding: "utf8", maxBuffer: 64 << 20, ...options });
const version = (flag) => run(path.join(root, "scripts/version.sh"), flag ? [flag] : []).trim();

/** Where each file of the package belongs, and who may do what with it. */
const wanted = {
  "usr/bin/billfold": "-rwxr-xr-x",
  "usr/bin/billfold-desktop": "-rwxr-xr-x",
  "usr/share/applications/billfold.desktop": "-rw-r--r--",
  "usr/share/doc/billfold/NEWS.gz": "-rw-r--r--",
  "usr/share/doc/billfold/THIRD-PARTY.txt.gz": "-rw-r--r--",
  "usr/share/doc/billfold/command-line.md": "-rw-r--r--",
  "usr/share/doc/billfold/copyright": "-rw-r--r--",
  ...Object.fromEntries(
    [16, 24, 32, 48, 64, 128, 256, 512].map((size) => [
      `usr/share/icons/hicolor/${size}x${size}/apps/billfold.png`,
      "-rw-r--r--",
    ]),
  ),
  "usr/share/icons/hicolor/scalable/apps/billfold.svg": "-rw-r--r--",
  "usr/share/metainfo/app.billfold.billfold.metainfo.xml": "-rw-r--r--",
};

describe("the packages for Linux", () => {
  const work = mkdtempSync(path.join(tmpdir(), "billfold-packages-"));
  const [first, second] = ["first", "second"].map((name) => path.join(work, name));
  const unpacked = path.join(work, "unpacked");
  let deb, rpm, gatewayDeb, person;

  before(async () => {
    for (const [folder, zone] of [
      [first, "UTC"],
      [second, "Asia/Tokyo"],
    ]) {
      run(path.join(root, "scripts/package.sh"), [folder], { env: { ...process.env, TZ: zone } });
    }
    const found = (pattern) =>
      path.join(
        first,
        readdirSync(first).find((name) => pattern.test(name)),
      );
    deb = found(/^billfold_.*\.deb$/);
    rpm = found(/^billfold-[0-9].*\.rpm$/);
    gatewayDeb = found(/^billfold-gateway_.*\.deb$/);
    run("dpkg-deb", ["-x", deb, unpacked]);
    person = await Person.arrive();
  });

  after(async () => {
    rmSync(work, { recursive: true, force: true });
    await person?.leave();
  });

  it("come out the same, byte for byte, however often and wherever they are packed", () => {
    const names = readdirSync(first).sort();
    assert.equal(names.length, 4);
    assert.deepEqual(readdirSync(second).sort(), names);
    const hash = (folder, name) =>
      createHash("sha256")
        .update(readFileSync(path.join(folder, name)))
        .digest("hex");
    for (const name of names) assert.equal(hash(first, name), hash(second, name), name);
  });

  it("hold what belongs in them, owned by root, and nothing else", () => {
    const files = Object.fromEntries(
      run("dpkg-deb", ["-c", deb])
        .trim()
        .split("\n")
        .map((line) => line.split(/\s+/))
        .map(([mode, owner, , , , name]) => {
          assert.equal(owner, "root/root", name);
          return [name.replace(/^\.\//, ""), mode];
        })
        .filter(([name]) => !name.endsWith("/")),
    );
    assert.deepEqual(files, wanted);
    const inRpm = run("rpm", [
      "-qp",
      "--qf",
      "[%{FILENAMES} %{FILEMODES:perms} %{FILEUSERNAME}\n]",
      rpm,
    ]);
    const rows = inRpm
      .trim()
      .split("\n")
      .map((line) => line.split(" "));
    assert.deepEqual(Object.fromEntries(rows.map(([name, mode]) => [name.slice(1), mode])), wanted);
    assert.ok(rows.every(([, , owner]) => owner === "root"));
  });

  it("say which version they are, and run no script when they are installed", () => {
    const field = (name) => run("dpkg-deb", ["-f", deb, name]).trim();
    assert.equal(field("Package"), "billfold");
    assert.equal(field("Version"), version("--package"));
    assert.equal(run("rpm", ["-qp", "--qf", "%{VERSION}", rpm]), version("--package"));
    const control = run("dpkg-deb", ["--ctrl-tarfile", deb], { encoding: "buffer" });
    assert.deepEqual(run("tar", ["-t"], { input: control }).trim().split("\n").sort(), [
      "./control",
      "./md5sums",
    ]);
    assert.equal(run("rpm", ["-qp", "--scripts", rpm]), "");
  });

  it("ask for every library that the window needs, by its names on Debian 12 and Ubuntu 24.04", () => {
    const depends = run("dpkg-deb", ["-f", deb, "Depends"]);
    assert.match(depends, /libgtk-3-0 \(>= [\d.]+\) \| libgtk-3-0t64/);
    assert.match(depends, /libwebkit2gtk-4\.1-0 \(>= [\d.]+\)/);
    // What is linked beside these two is what they depend on themselves.
    const linked = run("objdump", ["-p", path.join(unpacked, "usr/bin/billfold-desktop")]);
    const direct = [...linked.matchAll(/NEEDED +(\S+)/g)].map((match) => match[1]);
    const ofThem = /^lib(glib|gio|gobject|gdk|gdk_pixbuf|soup|javascriptcoregtk)-/;
    assert.deepEqual(direct.filter((name) => !ofThem.test(name)).sort(), [
      "libc.so.6",
      "libgtk-3.so.0",
      "libwebkit2gtk-4.1.so.0",
    ]);
    const requires = run("rpm", ["-qp", "--requires", rpm]);
    assert.match(requires, /^libgtk-3\.so\.0\(\)\(64bit\)$/m);
    assert.match(requires, /^libwebkit2gtk-4\.1\.so\.0\(\)\(64bit\)$/m);
  });

  it("ask for no older C library than the programs were linked against", () => {
    const [, promised] = /libc6 \(>= ([\d.]+)\)/.exec(run("dpkg-deb", ["-f", deb, "Depends"]));
    for (const name of ["billfold", "billfold-desktop"]) {
      const symbols = run("objdump", ["-T", path.join(unpacked, "usr/bin", name)]);
      const versions = [...symbols.matchAll(/GLIBC_(\d+)\.(\d+)/g)].map(
        (match) => Number(match[1]) * 1000 + Number(match[2]),
      );
      const [major, minor] = promised.split(".").map(Number);
      assert.ok(versions.length > 0, name);
      assert.ok(
        Math.max(...versions) <= major * 1000 + minor,
        `${name} needs a newer C library than ${promised}`,
      );
    }
  });

  it("put Billfold into the menu, and open billfold:// links with it", () => {
    const entry = path.join(unpacked, "usr/share/applications/billfold.desktop");
    assert.equal(run("desktop-file-validate", [entry]), "");
    const text = readFileSync(entry, "utf8");
    assert.match(text, /^Exec=billfold-desktop %u$/m);
    assert.match(text, /^MimeType=x-scheme-handler\/billfold;$/m);
    for (const [, command] of text.matchAll(/^Exec=(\S+)/gm)) {
      assert.ok(wanted[`usr/bin/${command}`], `${command} is in no package`);
    }
    for (const [, link] of text.matchAll(/^Exec=\S+ (billfold:\S+)$/gm)) {
      // A link that no view answers to ends with 2 before a window is thought of.
      assert.match(
        readFileSync(path.join(root, "backend/deeplink/deeplink.go"), "utf8"),
        new RegExp(`"${link.slice(11)}"`),
      );
    }
  });

  it("describe Billfold to software centres", () => {
    const file = path.join(unpacked, "usr/share/metainfo/app.billfold.billfold.metainfo.xml");
    run("appstreamcli", ["validate", "--no-net", file]);
    assert.match(
      readFileSync(file, "utf8"),
      /<launchable type="desktop-id">billfold\.desktop<\/launchable>/,
    );
  });

  it("have an icon of each size that is as large as it says", () => {
    for (const name of Object.keys(wanted).filter((one) => one.endsWith(".png"))) {
      const bytes = readFileSync(path.join(unpacked, name));
      const size = Number(/(\d+)x/.exec(name)[1]);
      assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [size, size], name);
    }
  });

  it("hold programs that start, of the version of the package", () => {
    for (const name of ["billfold", "billfold-desktop"]) {
      const told = run(path.join(unpacked, "usr/bin", name), ["--version"], {
        env: person.environment,
      });
      assert.equal(told.trim(), `${name} ${version()}`);
    }
    const status = run(
      path.join(unpacked, "usr/bin/billfold"),
      ["status", "--sandbox", "active", "--json"],
      {
        env: person.environment,
      },
    );
    assert.equal(JSON.parse(status).subscriptions[0].plan, "Pro");
  });

  it("tell the licence of everything that is in the programs and their pages", () => {
    const notices = gunzipSync(
      readFileSync(path.join(unpacked, "usr/share/doc/billfold/THIRD-PARTY.txt.gz")),
    ).toString();
    for (const name of ["billfold", "billfold-desktop"]) {
      const modules = run("go", ["version", "-m", program(name)]).matchAll(
        /^\tdep\t(\S+)\t(\S+)/gm,
      );
      const missing = [...modules]
        .map((match) => match[1])
        .filter((one) => !notices.includes(`\n${one}`));
      assert.deepEqual(missing, [], `${name}: modules without a licence`);
    }
    const parts = JSON.parse(readFileSync(path.join(root, "frontend/dist/licences.json"), "utf8"));
    assert.ok(parts.length > 10);
    for (const part of parts)
      assert.ok(notices.includes(`\n${part.name} ${part.version}: `), part.name);
    assert.match(notices, /Bitstream-Vera/);
  });

  it("install the gateway as a service that systemd understands, and start it by nobody's wish but one's own", () => {
    const folder = path.join(work, "gateway");
    run("dpkg-deb", ["-x", gatewayDeb, folder]);
    const unit = readFileSync(
      path.join(folder, "usr/lib/systemd/system/billfold-gateway.service"),
      "utf8",
    );
    const [, binary] = /^ExecStart=(\S+)/m.exec(unit);
    assert.equal(statSync(path.join(folder, binary)).mode & 0o777, 0o755);
    assert.equal(run(path.join(folder, binary), ["--version"]).trim(), version());
    assert.doesNotMatch(run("objdump", ["-p", path.join(folder, binary)]), /NEEDED/);
    run("dpkg-deb", ["-e", gatewayDeb, path.join(work, "control")]);
    const installed = readFileSync(path.join(work, "control/postinst"), "utf8");
    assert.doesNotMatch(installed, /systemctl (enable|start|restart)/);
    for (const script of ["postinst", "prerm", "postrm"]) {
      run("sh", ["-n", path.join(work, "control", script)]);
    }
  });
});
