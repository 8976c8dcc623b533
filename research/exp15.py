from exp3 import *
from exp5 import gc2
def nres(r,m,nu=4,k=5,w=.5,hmode="loo",avg="each"):
    d,i,dl,il=nn(r,m); X,Q=r.bank,r.q; k=min(k,dl.shape[1])
    def dev(q,idx): return (q[:,None,:]-X[idx[:,:k]])**2
    DL=dev(X,il); h2=DL.mean((0,1)) if hmode=="loo" else np.median(DL.mean(1),0) if hmode=="med" else r.s**2
    h2=np.maximum(h2,1e-4)
    T=lambda D_:((nu+1)/2*np.log1p(D_/(nu*h2))).sum(2).mean(1) if avg=="each" else ((nu+1)/2*np.log1p(D_.mean(1)/(nu*h2))).sum(1) 
    out=[]
    for q,idx in ((Q,i),(X,il)):
        out.append(np.concatenate([T(dev(q[a:a+512],idx[a:a+512])) for a in range(0,len(q),512)]))
    return out[0]-w*out[1][i[:,:10]].mean(1)
def fn(r):
    out={}; AB=z(r,r.A()+B(r)); G={k:z(r,gc2(r,k,eps=.1)) for k in ("std","mm","learn")}; out["base"]=AB+sum(G.values())
    N={m:nres(r,m) for m in ("std","mm","learn")}
    for m in N: out["N "+m]=N[m]; out["g "+m]=G[m]
    out["N std w0"]=nres(r,"std",w=0); out["N std nu1"]=nres(r,"std",nu=1); out["N std nu20"]=nres(r,"std",nu=20); out["N std s"]=nres(r,"std",hmode="s"); out["N std med"]=nres(r,"std",hmode="med"); out["N std mean"]=nres(r,"std",avg="m")
    out["AB+Nstd+Nmm"]=AB+z(r,N["std"])+z(r,N["mm"]); out["AB+Ns+Nm+Nl"]=AB+z(r,N["std"])+z(r,N["mm"])+z(r,N["learn"]); out["AB+gs+gm+Ns"]=AB+G["std"]+G["mm"]+z(r,N["std"])
    out["AB+gs+gm+gl+Ns"]=AB+G["std"]+G["mm"]+G["learn"]+z(r,N["std"])
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/F1b"],"/tmp/det/exp15.pkl",sets=DEV); per_set(res,[k for k in res],c=(1,))
