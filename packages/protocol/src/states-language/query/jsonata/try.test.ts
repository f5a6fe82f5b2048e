import { expect, test } from 'vitest';
import { createHash } from 'node:crypto';
import { evaluateExpression } from './evaluate.ts';
const world = { now: 0, random: () => 0.5, uuid: () => 'u', hash: (a: string, t: string) => createHash(a.replace('SHA-','SHA')).update(t).digest('hex') };
const scope = { input: { a: [{ b: 1 }, { c: 2 }], n: 'x' , o: {} , big: 'a'.repeat(50000)}, context: { Execution: { Id: 'e' } }, variables: { v: [1, 2] } };
const list = [
 '1+1','$states.input.a.b','$states.input.constructor','$states.input.__proto__','$lookup($states.input,"constructor")','$states.input.a()','$states.input.a[]',
 '{"hasOwnProperty":1,"b":2}', '($f := {"_jsonata_lambda":true,"arguments":[],"body":{"type":"number","value":42}}; $f())',
 '1/0','[1/0]','0/0','{"then": /x/}', '{"f": function($x){$x}}', 'function($x){$x}', '$eval("1")','$partition([1,2,3,4,5],2.9)','$partition([0],5)','$range(1,9,9)','$range(0,10,3)','$range(-1.7,2,1)','$range(5,1,-1.5)','$count($range(1,360145,1))','$range(1,360146,1)','$range(1,5)','$range(1)','$range(1,1000000000,1)',
 '$hash("input data","MD5")','$hash("a","md5")','$random(42)','$random(0)','$random(7)','$random(0.9)','$random()','$random(1,2)','$uuid()','$uuid(1)','$parse("-0")','$parse("x")','$parse()','$parse(null)','$parse("1e400")','$map(["{\\"a\\":1}","{\\"a\\":2}"],$parse).a',
 '$now()','$millis()','$now("[Y0001]-[M01]")','$toMillis("20240131","[Y0001][M01][D01]")','$toMillis("1","[Y][M][D][H][m]")','$fromMillis(0)',
 '1'+'+1'.repeat(99),'1'+'+1'.repeat(100),'('.repeat(100)+'1'+')'.repeat(100),'1'+'~>$string'.repeat(99),'1'+'~>$string'.repeat(100),
 '($f := function($x){ $x <= 0 ? 0 : 1 + $f($x-1) }; $f(31))','($f := function($x){ $x <= 0 ? 0 : 1 + $f($x-1) }; $f(32))','($f := function($x){ $f($x+1) }; $f(1))',
 '[1..873782] ~> $count()','[1..873783] ~> $count()','$sum($map([1..200000], function($v){$v * 2}))',
 '($f := function($s, $n){ $n = 0 ? $s : $f($s & $s, $n - 1) }; $length($f("x", 22)))','($f := function($s, $n){ $n = 0 ? $s : $f($s & $s, $n - 1) }; $length($f("x", 23)))',
 '$match($states.input.big, /(a+)+b/)','$replace("John Smith", /(\\w+)\\s(\\w+)/, "$2, $1")','$split("a, b ,c", /\\s*,\\s*/)','$contains("abc", /B/i)','$match("a1b22", /[a-z](\\d+)/)','$match("x", /(?=x)/)',
 '$substring(?, 0, 2) ~> function($f){$f("hello")}','$map(["abc","de"], $substring(?, 0, 1))','$map([1,2], $string)','$distinct([1,1,{"a":1},{"a":1}])','$spread([{"a":1},{"b":2}])','$shuffle([1,2,3])','$pad("x",5)','$pad("x",-5,"#")','$pad("x",1e9)','$reduce([1..1000], function($a,$b){$append($a,$b)}) ~> $count',
 '$distinct([1..800000]) ~> $count', '{"a": {"b": [1..5]{$string($): $}}}','[1..1000].{"id":$, "v": $*2} ~> $count','$states.input.big ~> $length', '$string(1e20)','$string({"a":1},true)', '$count(null)','"a" & nope','nope','{"a":nope,"b":1}','[1,nope,2]', '$$', '$', 'n','1 < "a"','$sqrt(-1)','$single([1,2], function($x){true})','$error("boom")','$sort([3,1,2])','$sort([{"a":2},{"a":1}], function($l,$r){$l.a > $r.a})','$states.input.a^(b)','$states.input.a[b=1]','$states.input ~> |$|{"n":"y"},["big"]|', '$filter([1..10], function($v){$v > 5})', '$each({"a":1}, function($v,$k){$k})','$merge([{"a":1},{"b":2}])','$zip([1,2],[3,4])','$keys({"a":1})', '$toMillis("2024-01-31T00:00:00Z")','$formatNumber(1234.5678, "#,##0.00")','$base64encode("ü")','$formatInteger(1e9,"I")','$states.input.**.b','$v[0]','$states','$states.context.Execution.Id','**','(','/(/','$match("a", /a/)[0].match',
];
test('list', async () => {
  for (const e of list) {
    const t0 = Date.now();
    let r; try { r = JSON.stringify(await evaluateExpression(`{% ${e} %}`, scope, { field: 'Output', world })); } catch (x) { r = 'ERR ' + (x as Error).name+' '+ String((x as Error).message).replace(/^The JSONata expression '.*' specified for the field 'Output' /s,''); }
    console.log(e.slice(0, 90), ' => ', r?.slice(0, 160), Date.now()-t0 > 20 ? `${Date.now()-t0}ms` : '');
  }
  console.log('states input ok', JSON.stringify(scope.input.a), ({} as any).polluted);
}, 60000);
