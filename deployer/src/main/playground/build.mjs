// Bundles the playground: node build.mjs MODULES OUTPUT. MODULES has the node_modules of the lock
// file beside this, OUTPUT becomes a directory of files named after their content, and index.json.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const [modules, output] = process.argv.slice(2).map((path) => resolve(path));
const here = dirname(fileURLToPath(import.meta.url));
const esbuild = createRequire(join(modules, 'anchor.js'))('esbuild');

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

// The page's policy allows no data: URLs, so they become files.
const dataUrls = {
  name: 'data-urls',
  setup(build) {
    const found = new Map();
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => ({
      loader: 'css',
      contents: (await readFile(path, 'utf8')).replace(
        /url\(["']?data:([a-z/+0-9-]+);base64,([A-Za-z0-9+/=]+)["']?\)/g,
        (_, type, data) => {
          const extension = Object.keys(TYPES).find((key) => TYPES[key] === type);
          const name = createHash('sha256').update(data).digest('hex').slice(0, 8) + extension;
          found.set(name, Buffer.from(data, 'base64'));
          return `url("data-url:${name}")`;
        },
      ),
    }));
    build.onResolve({ filter: /^data-url:/ }, ({ path }) => ({
      path: path.slice('data-url:'.length),
      namespace: 'data-url',
    }));
    build.onLoad({ filter: /.*/, namespace: 'data-url' }, ({ path }) => ({
      loader: 'file',
      contents: found.get(path),
    }));
  },
};

// graphiql/style.css has the styles of every module, Monaco's included.
const noModuleStyles = {
  name: 'no-module-styles',
  setup(build) {
    build.onLoad({ filter: /monaco-editor.*\.css$/ }, () => ({ loader: 'empty', contents: '' }));
  },
};

const entryPoints = {
  main: 'main.jsx',
  icon: 'icon.svg',
  editor: 'monaco-editor/esm/vs/editor/editor.worker.js',
  json: 'monaco-editor/esm/vs/language/json/json.worker.js',
  graphql: 'monaco-graphql/esm/graphql.worker.js',
};

const { metafile, outputFiles } = await esbuild.build({
  absWorkingDir: here,
  nodePaths: [join(modules, 'node_modules')],
  entryPoints,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  outdir: output,
  write: false,
  bundle: true,
  format: 'esm',
  splitting: true,
  minify: true,
  target: 'es2022',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.svg': 'copy' },
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  logLimit: 20,
  plugins: [noModuleStyles, dataUrls],
});

await rm(output, { recursive: true, force: true });
await mkdir(output, { recursive: true });
const types = {};
for (const { path, contents } of outputFiles) {
  const name = basename(path);
  const type = TYPES[name.slice(name.lastIndexOf('.'))];
  if (!type || !/^[A-Za-z0-9._-]+-[A-Z0-9]{8}\.[a-z0-9]+$/.test(name)) {
    throw new Error(`output: ${name} (expected: a hash in its name, and a known type)`);
  }
  types[name] = type;
  // Fonts and images are compressed already.
  const compressed = !/^(font\/woff2?|image\/png)$/.test(type);
  await writeFile(
    join(output, compressed ? `${name}.gz` : name),
    compressed ? gzipSync(contents, { level: 9 }) : contents,
  );
}

const made = (source) =>
  Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(source));
const [script, { cssBundle }] = made(entryPoints.main);
const index = {
  script: basename(script),
  style: basename(cssBundle),
  icon: basename(made(entryPoints.icon)[0]),
  workers: Object.fromEntries(
    ['editor', 'json', 'graphql'].map((word) => [word, basename(made(entryPoints[word])[0])]),
  ),
  types,
};
await writeFile(join(output, 'index.json'), JSON.stringify(index, null, 2));

// What is bundled, with the words of its licences.
const packages = new Set(
  Object.keys(metafile.inputs)
    .map((path) => /^(.*node_modules\/((@[^/]+\/)?[^/]+))\//.exec(path)?.[1])
    .filter(Boolean),
);
const notices = [];
for (const path of [...packages].sort()) {
  const about = await readFile(resolve(here, path, 'package.json'), 'utf8');
  const { name, version, license } = JSON.parse(about);
  const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'License']
    .map((word) => resolve(here, path, word))
    .find(existsSync);
  notices.push(`${name} ${version} (${license})\n\n${file ? await readFile(file, 'utf8') : ''}`);
}
await writeFile(join(output, 'licenses.txt'), notices.join('\n----\n\n'));
