import fc from 'fast-check';

const names = {
  usual: split(`a§b§c§d§suites§e-f§x.y§web_1§"q"§'s'§"web.unit"`),
  odd: split(
    `1§true§null§No§"1"§"true"§""§__proto__§<<§"a\\n"§a b§ö§? a§-a§-§.x§_§*a§&a b§[a]§{a: b}§a[1]§"<<"§constructor`,
    `~§1.5§a:b§a#`,
  ),
};
const values = {
  usual: split(
    `word§two words§0§1§-1§1.5§30s§1h30m§50%§10MB§true§false§http://x/y§a::b§-q§--color=no§./x§a/b.py§$x§(x)`,
    `a=b§"q"§"a # b"§"a: b, [c]"§""§'x'§'it''s'§'**/*.py'§[]§{}`,
  ),
  odd: split(
    `§a  b§+1§-0§1.§.5§1e3§0x1f§0o17§012§1_000§99999999999999999999§1234567890123456§-1.50§.inf§-.INF§.nan`,
    `+.inf§inf§nan§-inf§~§null§Null§nUll§True§tRue§FALSE§yes§off§+§+a§2026-08-20§12:30§a: b§a:§a :b§:a§a#b`,
    `a #b§#b§"\\n"§'a§"a§"a" b§"a"b§'a'#b§-§- a§-1a§-.5§-.a§*§*a§&a b§!t x§!!str 1§|§>§>-§@a§\`a\`§%a§? a§?a§?`,
    `\${env.X}§...§---§../x§[§]§{§}§a[b]§a{b}§a,b§a, b§a ,b§^x$§<<§<a§=§~x§x~§_§_1§.a§0b1§0xg§1-2§1.2.3§e1§1e`,
    `5f§ö§a\u00a0§a\u2028b§\ufeff§"ö – ü"§ö–ü§a"b§a'b§a\\b§a b:c§x:[a]§x:}§'a': b§"a":b§a\tb§\t§"a\tb"§a\n  b`,
    `a\r§a \\§!§!a§&§,§,a§"a\n b"§\u0007§a\\n§0.1.§1__0§😀`,
  ),
};
const pieces = split(
  ` §  §\n§\n §\n  §: §:§- §-§, §,§[§]§{§}§"§'§#§ #§1§.§\\§\t§\r\n§a§a: b§\na: b§\n- a§\n---\n§\n...\n`,
  `\n%x\n§ # x\n§? `,
);

function split(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split('§'));
}

/** Texts that are YAML of the kind that configs are written in, most of them with something odd in one place. */
export function yamlTexts(): fc.Arbitrary<string> {
  const edit = fc.tuple(fc.nat(400), fc.nat(2), fc.constantFrom(...pieces, ...values.odd));
  return fc
    .tuple(blockMap(3), fc.array(edit, { maxLength: 2 }), fc.constantFrom('', '\n', '\n\n', ' ', '\n  # end', '# end'))
    .map(([lines, edits, end]) => edits.reduce(changed, lines.join('\n') + end));
}

function changed(text: string, [place, drop, piece]: readonly [number, number, string]): string {
  const at = place % (text.length + 1);
  return text.slice(0, at) + piece + text.slice(at + drop);
}

/** Its lines, from the start of theirs. */
function blockMap(depth: number): fc.Arbitrary<readonly string[]> {
  const entry = fc.tuple(scarce(names), blockValue(depth), note(), fc.nat(9)).map(([name, value, after, odd]) => {
    const [first, ...more] = value;
    const gap = odd === 0 ? ['', '# note', '   # note', ''] : [];
    return first === undefined || first === ''
      ? [`${name}:${after}`, ...more]
      : [`${name}: ${first}${after}`, ...more, ...gap];
  });
  return fc
    .uniqueArray(entry, { minLength: 1, maxLength: 4, selector: ([first]) => /^[^:]*/.exec(first ?? '')?.[0] })
    .map((all) => all.flat());
}

/** What follows the key on its line, and the lines below. */
function blockValue(depth: number): fc.Arbitrary<readonly string[]> {
  const inline = flow(2).map((text) => [text]);
  if (depth === 0) return inline;
  const below = (lines: readonly string[], by: number): readonly string[] => [
    '',
    ...lines.map((line) => ' '.repeat(by) + line),
  ];
  const indent = fc.constantFrom(2, 2, 2, 1, 4);
  const map = fc.tuple(blockMap(depth - 1), indent).map(([lines, by]) => below(lines, by));
  const item = fc
    .oneof(
      flow(1).map((text) => [text]),
      blockMap(depth - 1),
    )
    .map((lines) => lines.map((line, index) => (index === 0 ? '- ' : '  ') + line));
  const list = fc
    .tuple(fc.array(item, { minLength: 1, maxLength: 3 }), fc.constantFrom(0, 2, 2))
    .map(([items, by]) => below(items.flat(), by));
  return fc.oneof({ weight: 3, arbitrary: inline }, { weight: 2, arbitrary: map }, { weight: 2, arbitrary: list });
}

function flow(depth: number): fc.Arbitrary<string> {
  const word = scarce(values);
  if (depth === 0) return word;
  const comma = fc.constantFrom(', ', ', ', ',', ' , ');
  const pad = fc.constantFrom('', '', ' ');
  const list = fc
    .tuple(fc.array(flow(depth - 1), { maxLength: 3 }), comma, pad)
    .map(([all, by, at]) => `[${at}${all.join(by)}${at}]`);
  const pair = fc
    .tuple(scarce(names), fc.constantFrom(': ', ': ', ': ', ':', ' : '), flow(depth - 1))
    .map((parts) => parts.join(''));
  const map = fc
    .tuple(fc.array(pair, { maxLength: 3 }), comma, pad)
    .map(([all, by, at]) => `{${at}${all.join(by)}${at}}`);
  return fc.oneof({ weight: 4, arbitrary: word }, list, map);
}

function note(): fc.Arbitrary<string> {
  return fc.constantFrom('', '', '', '', '', ' # note', '  # a: [b', ' ', '#x');
}

/** Ordinary ones, and now and then one of the others. */
function scarce({
  usual,
  odd,
}: {
  readonly usual: readonly string[];
  readonly odd: readonly string[];
}): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  );
}
