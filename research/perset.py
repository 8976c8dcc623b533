from evalscores import *
from table import read
p=read("peers.csv"); ms=sys.argv[1].split(","); rs=[main(f"/tmp/det/{m}",f"/tmp/det/scores_{m}") for m in ms]; rs=[list(r.values())[0] for r in rs]
f=lambda d,n:"%.1f/%.1f"%tuple(100*np.mean([v[i] for k,v in d.items() if k[0]==n]) for i in (0,1))
print("%-17s"%"set",*["%-10s"%m for m in ms],*["%-10s"%k for k in ("knn_std","knn_mm","lof_std","lof_mm","iforest","ocsvm_std","pcamaha_std")],"best peer AP")
for n in ALL: print("%-17s"%n,*["%-10s"%f(r,n) for r in rs],*["%-10s"%f(p[k],n) for k in ("knn_std","knn_mm","lof_std","lof_mm","iforest","ocsvm_std","pcamaha_std")])
