// The application as a map: what leads to what, with what went along each arrow.
import { useEffect, useMemo } from 'preact/hooks';
import { followMap, knownMap } from '../known-map.ts';
import { createBeat } from '../parts/beat.ts';
import { chosenFold, chosenStack, chosenView, typedName, usualFold } from './chosen.ts';
import { traffic } from './counts.ts';
import { Drawing } from './drawing.tsx';
import { type Graph, graphOf, narrow } from './graph.ts';
import { layOutMap, shapeOf } from './layout/map-layout.ts';
import { MapBar } from './map-bar.tsx';
import { NodePanel } from './node-panel.tsx';
import { placeOf } from './place.ts';
import { Steps } from './steps.tsx';

/** Ours: ms between two drawings while facts come in. */
const BEAT_MS = 250;
const narrowPage = matchMedia('(width < 700px)');

/** @param props.id of the resource that is looked at, or an execution's ARN */
export function MapPage({ id }: { readonly id?: string }) {
  const beat = useMemo(() => createBeat(BEAT_MS), []);
  useEffect(() => beat.stop, [beat]);
  useEffect(followMap, []);
  beat.beat.value;
  const { map, problem } = knownMap.value;
  if (map === undefined) {
    return (
      <main class="map">
        <h1 class="unseen">Map</h1>
        <p class="empty">{problem ?? 'Reading the map …'}</p>
      </main>
    );
  }
  const all = graphOf(map, traffic);
  const stacks = [...new Set(map.nodes.flatMap(({ stack }) => stack ?? []))].sort();
  const fold = chosenFold.value ?? usualFold(map.nodes.length, stacks.length);
  const stack = chosenStack.value;
  const graph = narrow(all, { text: typedName.value, fold, ...(stack !== undefined && { stack }) });
  const view = chosenView.value ?? (narrowPage.matches ? 'list' : 'drawing');
  const shape = shapeOf(graph);
  const layout = useMemo(() => layOutMap(graph), [shape]);
  const openStack = (name: string) => {
    chosenStack.value = name;
  };
  const selected = id === undefined ? undefined : nodeOf(id, all);
  const shown = { graph, layout, selected, onStack: openStack };
  return (
    <main class={`map${id === undefined ? '' : ' with-panel'}`}>
      <h1 class="unseen">Map</h1>
      <MapBar
        stacks={stacks}
        hasOthers={map.nodes.some((node) => node.stack === undefined)}
        fold={fold}
        view={view}
        says={saysOf(graph.nodes.length, { all: map.nodes.length, arrows: graph.edges.length })}
      />
      {problem === undefined ? null : <p class="bad-day">{problem}</p>}
      <div class="map-body">
        {graph.nodes.length === 0 ? (
          <p class="empty">
            {map.nodes.length === 0 ? 'There is nothing in this cloud yet.' : 'Nothing has such a name.'}
          </p>
        ) : view === 'drawing' ? (
          <Drawing {...shown} />
        ) : (
          <Steps {...shown} />
        )}
        {id === undefined || selected === undefined ? null : (
          <NodePanel
            id={selected}
            execution={id.includes(':') && selected !== id ? id : undefined}
            map={map}
            graph={all}
          />
        )}
      </div>
    </main>
  );
}

/** An execution is shown with its state machine; a name is as good as an ARN. */
function nodeOf(id: string, { nodes }: Graph): string {
  if (nodes.some((node) => node.id === id)) return id;
  const machine = nodes.find((node) => node.kind === 'state-machine' && placeOf(node.id) === placeOf(id));
  return (machine ?? nodes.find(({ name }) => name === id))?.id ?? id;
}

function saysOf(shown: number, { all, arrows }: { readonly all: number; readonly arrows: number }): string {
  const boxes = shown === all ? `${all} resources` : `${shown} boxes of ${all} resources`;
  return `${boxes}, ${arrows} ${arrows === 1 ? 'arrow' : 'arrows'}`;
}
