import { remux } from "./src/remux.js";
const t=performance.now();
const r=await remux(process.argv.slice(3),{output:process.argv[2]!, overwrite:true, onPlan:p=>console.log(p.notes, p.cutTimes.length, p.tracks.map(t=>[t.file,t.bitrate,t.stream,t.fragments.length]), 'planned', (performance.now()-t).toFixed(0))});
console.log(r.files, r.durationSeconds, (performance.now()-t).toFixed(0), 'ms', process.memoryUsage.rss()/1e6);
