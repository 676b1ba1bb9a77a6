cp -r dist dist.bak; python3 - <<'PY'
p='/work/main/dist/mux/track-file.js'; s=open(p).read()
s=s.replace("await writeFragments(opened, options);","__tl('opened'); await writeFragments(opened, options); __tl('parts+sync');")
open(p,'w').write(s)
p='/work/main/dist/deliver.js'; s=open(p).read()
s=s.replace("const report = await finish(","__tl('closed'); const report = await finish(").replace("await kind.manifests(","__tl('fin'); await kind.manifests(").replace("const report = await kind.verify(","__tl('manif'); const report = await kind.verify(").replace("requireNoFindings(report);","__tl('verified'); requireNoFindings(report);")
open(p,'w').write(s)
p='/work/main/dist/remux/plan.js'; s=open(p).read()
s=s.replace("const { tracks, end, notes } =","__tl('read'); const { tracks, end, notes } =").replace("const cut = tracks.map","__tl('cuts'); const cut = tracks.map").replace("const named =","__tl('closedcheck'); const named =")
open(p,'w').write(s)
PY
node mem.tmp.mjs $1 $2; rm -rf dist; mv dist.bak dist
