// Packs many files into a few ZIPs before Streamlit's uploader sees them. See browser_tools.py.

const INPUT = "[class*=st-key-read_files_] input[type=file]";
const MANY = 20;
const MOST_BYTES = 150e6;
const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

export default function ({ parentElement }) {
  parentElement.ended?.abort();
  parentElement.ended = new AbortController();
  const options = { capture: true, signal: parentElement.ended.signal };
  document.addEventListener("change", (event) => event.target.matches?.(INPUT) && take(event, event.target.files), options);
  document.addEventListener("drop", (event) => isOurs(event) && take(event, event.dataTransfer.files), options);
  return () => parentElement.ended.abort();
}

function isOurs(event) {
  return event.target.closest?.("[class*=st-key-read_files_]");
}

function take(event, files) {
  if (files.length <= MANY) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  give([...files]);
}

async function give(files) {
  const zips = new DataTransfer();
  const isZip = (file) => file.name.toLowerCase().endsWith(".zip");
  for (const zip of files.filter(isZip)) zips.items.add(zip);
  const pictures = files.filter((file) => !isZip(file));
  for (const [index, group] of groups(pictures).entries()) zips.items.add(await packed(group, `files ${index + 1}.zip`));
  const input = document.querySelector(INPUT);
  input.files = zips.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function groups(files) {
  const made = [[]];
  let bytes = 0;
  for (const file of files) {
    if (made.at(-1).length && bytes + file.size > MOST_BYTES) {
      made.push([]);
      bytes = 0;
    }
    made.at(-1).push(file);
    bytes += file.size;
  }
  return made;
}

async function packed(files, name) {
  const contents = [];
  const directory = [];
  let offset = 0;
  let directoryBytes = 0;
  for (const file of files) {
    const path = new TextEncoder().encode(file.name);
    const sum = checksum(new Uint8Array(await file.arrayBuffer()));
    const local = header([[4, 0x04034b50], ...common(sum, file.size, path.length)]);
    contents.push(local, path, file);
    const entry = header([
      [4, 0x02014b50], [2, 20], ...common(sum, file.size, path.length), [2, 0], [2, 0], [2, 0], [4, 0], [4, offset],
    ]);
    directory.push(entry, path);
    offset += local.length + path.length + file.size;
    directoryBytes += entry.length + path.length;
  }
  const end = header([
    [4, 0x06054b50], [4, 0], [2, files.length], [2, files.length], [4, directoryBytes], [4, offset], [2, 0],
  ]);
  return new File([...contents, ...directory, end], name, { type: "application/zip" });
}

// What a file's header and its entry in the directory share: stored as it is, its name in UTF-8.
function common(sum, size, nameBytes) {
  return [[2, 20], [2, 0x0800], [2, 0], [2, 0], [2, 0x21], [4, sum], [4, size], [4, size], [2, nameBytes], [2, 0]];
}

function header(fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((bytes, [width]) => bytes + width, 0)));
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return new Uint8Array(view.buffer);
}

function checksum(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = TABLE[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
