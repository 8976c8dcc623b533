from lab import *
MS=sys.argv[1].split(",")
def fn(r0):
    out={}; v=np.load(f"/tmp/det/scores_H0/{r0.name}_{r0.seed}.npy")-r0.A()/2
    for m in MS:
        r=Run(m,r0.name,r0.seed); assert (r.kept==r0.kept).all(); A=r.A(); nm=os.path.basename(m); out[nm+" R"]=r.bound(); out[nm+" A"]=A; out[nm+" A/2+NE"]=A/2+v; out[nm+" A+NE"]=A+v
    return out
if __name__=="__main__":
    res=sweep(fn,["/tmp/det/H0"],"/tmp/det/exp36.pkl",sets=ALL,splits=range(2))
    print("set, mean bound then steps")
    for n in ALL: print(f"{n:17s}",*["%9.3f"%np.mean([np.load(f"{m}/{n}_{s}/summary.npy")[3] for s in range(2)]) for m in MS],"|",*["%5.0f"%np.mean([(lambda z:z[4] if len(z)>4 else 0)(np.load(f"{m}/{n}_{s}/summary.npy")) for s in range(2)]) for m in MS])
