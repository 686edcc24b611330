// Evaluates JSON lines {tree, cases: [[answers, context], ...]} with the module named first, reads
// the file named second, and prints one JSON list of values for each line. With --time it prints
// instead how many microseconds one evaluation of each line took, as the best of several rounds.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [, , module, file, timed] = process.argv;
const { evaluate } = await import(pathToFileURL(module));
const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
const output = [];

const fastest = (tree, cases) => {
  let best = Infinity;
  for (let round = 0; round < 7; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < 100; i++) for (const [answers, context] of cases) evaluate(tree, answers, context);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e3 / 100 / cases.length);
  }
  return best;
};

for (const line of lines) {
  const { tree, cases } = JSON.parse(line);
  output.push(JSON.stringify(timed ? fastest(tree, cases) : cases.map(one => evaluate(tree, ...one))));
}
process.stdout.write(output.join('\n') + '\n');
