// What the window's pages are made of, as Vite noted it while it built them:
//
//   node scripts/pages.mjs notices           the licences, as text
//   node scripts/pages.mjs bom VERSION       a CycloneDX bill of materials, as JSON
import { readFileSync } from "node:fs";

const root = new URL("../frontend/", import.meta.url);
const parts = JSON.parse(readFileSync(new URL("dist/licences.json", root), "utf8"));
const locked = JSON.parse(readFileSync(new URL("package-lock.json", root), "utf8")).packages;

/** What package.json of a part says where Vite found no licence in it. */
function licenceOf(part) {
  const declared = JSON.parse(
    readFileSync(new URL(`node_modules/${part.name}/package.json`, root), "utf8"),
  );
  const licence = part.identifier ?? declared.license;
  if (licence) return licence;
  // Without a name it is still a licence when its text is the MIT one.
  if (/Permission is hereby granted, free of charge/.test(part.text ?? "")) return "MIT";
  throw new Error(`${part.name} ${part.version} has no licence`);
}

function notices() {
  return parts
    .map((part) => {
      const line = "=".repeat(80);
      return `\n${line}\n${part.name} ${part.version}: ${licenceOf(part)}\n\n${part.text ?? ""}\n`;
    })
    .join("");
}

/** The hash that npm checked the part's archive by. */
function hashOf(part) {
  const entry = locked[`node_modules/${part.name}`];
  if (entry?.version !== part.version) throw new Error(`${part.name} is not what is locked`);
  const [algorithm, content] = entry.integrity.split("-", 2);
  if (algorithm !== "sha512") throw new Error(`${part.name}: ${algorithm}`);
  return { alg: "SHA-512", content: Buffer.from(content, "base64").toString("hex") };
}

function bom(version) {
  const components = parts.map((part) => {
    const purl = `pkg:npm/${part.name.replace("@", "%40")}@${part.version}`;
    return {
      type: "library",
      "bom-ref": purl,
      name: part.name,
      version: part.version,
      purl,
      hashes: [hashOf(part)],
      licenses: [{ license: { id: licenceOf(part) } }],
    };
  });
  const self = {
    type: "application",
    "bom-ref": "billfold-pages",
    name: "billfold-pages",
    version,
  };
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: self },
    components,
    dependencies: [{ ref: "billfold-pages", dependsOn: components.map((one) => one["bom-ref"]) }],
  };
}

const [what, version] = process.argv.slice(2);
if (what === "notices") process.stdout.write(notices());
else if (what === "bom" && version) console.log(JSON.stringify(bom(version), null, 2));
else {
  console.error("usage: node scripts/pages.mjs notices | bom VERSION");
  process.exitCode = 2;
}
