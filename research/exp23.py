from exp22 import *
# cache the model-free neighbour parts per run key (same kept rows): N and E variants
def nbr(r,tag,f):
    base="/tmp/det/nn/%s_%d_%d_%d"%(r.name,r.seed,len(r.kept),r.kept[:50].sum()); p=f"{base}/c_{tag}.npy"
    os.makedirs(base,exist_ok=True)
    if not os.path.exists(p): np.save(p,f())
    return np.load(p)
def NE(r,m="mm"): return nbr(r,"N"+m,lambda:agg(*parts(r,m,K=10)[:4])), nbr(r,"E"+m,lambda:lres(r,m,20,.1))
MODELS=["/tmp/det/H0"]
def fn(r0):
    out={}; N,E=NE(r0); rs=[Run(m,r0.name,r0.seed) for m in MODELS]; As=[r.A() for r in rs]; Bs=[B(r) for r in rs]
    for k in range(len(rs)): out[f"A+B+N+E {k}"]=As[k]+Bs[k]+N+E; out[f"A+N+E {k}"]=As[k]+N+E; out[f"A {k}"]=As[k]
    A,b=sum(As)/len(As),sum(Bs)/len(Bs); out["A+B+N+E ens"]=A+b+N+E; out["A+N+E ens"]=A+N+E; out["A ens"]=A
    out["zA+zN+zE"]=z(r0,As[0])+z(r0,N)+z(r0,E); out["zAB+zN+zE"]=z(r0,As[0]+Bs[0])+z(r0,N)+z(r0,E); out["zAB+2zN+zE"]=z(r0,As[0]+Bs[0])+2*z(r0,N)+z(r0,E)
    out["A+B/2+N+E"]=As[0]+Bs[0]/2+N+E; out["A+B+2N+E"]=As[0]+Bs[0]+2*N+E; out["A+B+N+2E"]=As[0]+Bs[0]+N+2*E; out["A+2N+2E"]=As[0]+2*N+2*E; out["N+E"]=N+E; out["A/2+B/2+N+E"]=(As[0]+Bs[0])/2+N+E
    return out
if __name__=="__main__": 
    res=sweep(fn,["/tmp/det/H0"],"/tmp/det/exp23.pkl",sets=ALL)
