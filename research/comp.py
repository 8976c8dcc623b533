# component cache: neighbours in several metrics for queries (test + held) and leave-one-out for the bank
from lab import *
K=20
def metric_rows(r,metric):
    X,Q=r.bank,r.q
    if metric=="std": return X,Q
    if metric=="learn": return X/r.s,Q/r.s
    if metric=="mm":
        rg=X.max(0)-X.min(0); rg[rg<=0]=1; return X/rg,Q/rg
    if metric in("geo","sum2","sum3","geo3","geol"):
        rg=X.max(0)-X.min(0); v=X.var(0); const=rg<=1e-6; rg[const]=1
        W=[np.ones(r.D),1/rg,1/r.s]; W=[w/np.sqrt((w**2*v).sum()/max(1e-9,v.sum())) for w in W]
        w={"geo":lambda:np.sqrt(W[0]*W[1]),"geol":lambda:np.sqrt(W[0]*W[2]),"geo3":lambda:(W[0]*W[1]*W[2])**(1/3),"sum2":lambda:np.sqrt((W[0]**2+W[1]**2)/2),"sum3":lambda:np.sqrt((W[0]**2+W[1]**2+W[2]**2)/3)}[metric]()
        return X*w,Q*w
    if metric=="asinh": return np.arcsinh(X),np.arcsinh(Q)
    if metric=="clip3": return np.clip(X,-3,3),np.clip(Q,-3,3)
    if metric=="mad":
        a,b=np.quantile(X,[.1,.9],axis=0); w=2.56/np.maximum(b-a,.5); return X*w,Q*w
    if metric=="white":
        c=X.mean(0); u,sv,vt=np.linalg.svd(X-c,full_matrices=False); sd=sv/np.sqrt(len(X)); keep=sd>1e-2*1
        W=vt[keep].T/np.maximum(sd[keep],.05); return (X-c)@W,(Q-c)@W
    if metric=="rank":
        def tr(V):
            out=np.empty_like(V)
            for j in range(X.shape[1]):
                s=np.sort(X[:,j]); n=len(s); lo=np.searchsorted(s,V[:,j],"left"); hi=np.searchsorted(s,V[:,j],"right"); out[:,j]=(lo+hi)/(2*n)
            return out
        return tr(X),tr(Q)
    if metric=="iso": return r.ycoord()
def comp_one(a):
    model,n,s,metrics_=a[:4]; K=a[4] if len(a)>4 else 20; pre="nn_" if K==20 else f"nn{K}_"
    r=Run(model,n,s); out=None
    for m in metrics_:
        base=r.dir if m in("learn","iso") else "/tmp/det/nn/%s_%d_%d_%d"%(n,s,len(r.kept),r.kept[:50].sum())
        os.makedirs(base,exist_ok=True); p=f"{base}/{pre}{m}.npz"
        if os.path.exists(p): continue
        X,Q=metric_rows(r,m)
        if X.shape[1]==0: X=np.zeros((len(X),1)); Q=np.zeros((len(Q),1))
        d,i=topk(Q,X,K); dl,il=topk(X,X,K,np.arange(len(X)))
        np.savez(p+".tmp.npz",d=d,i=i,dl=dl,il=il); os.replace(p+".tmp.npz",p)
def nn(r,m,K=20):
    pre="nn_" if K==20 else f"nn{K}_"
    base=r.dir if m in("learn","iso") else "/tmp/det/nn/%s_%d_%d_%d"%(r.name,r.seed,len(r.kept),r.kept[:50].sum())
    z=np.load(f"{base}/{pre}{m}.npz"); return z["d"].astype(np.float64),z["i"],z["dl"].astype(np.float64),z["il"]
def build(models,ms=("std","learn","mm","white","rank","iso"),sets=ALL,splits=range(5),K=20):
    with Pool(2) as p:
        for _ in p.imap_unordered(comp_one,[(m,n,s,ms,K) for m in models for n in sets for s in splits]): pass
if __name__=="__main__": build(sys.argv[1:])
