from exp3 import *
from exp5 import gc2
def lle(Q,X,I,k,reg):
    out=np.empty(len(Q))
    for a in range(0,len(Q),512):
        N=X[I[a:a+512,:k]]-Q[a:a+512,None,:]; Gm=N@N.transpose(0,2,1); tr=np.trace(Gm,axis1=1,axis2=2)[:,None,None]
        Gm=Gm+reg*(tr/k+1e-9)*np.eye(Gm.shape[1]); w=np.linalg.solve(Gm,np.ones((len(Gm),Gm.shape[1],1)))[:,:,0]; w/=w.sum(1,keepdims=True)
        out[a:a+512]=((w[:,None,:]@N)[:,0]**2).sum(1)
    return out
def fn(r):
    out={}; AB=z(r,r.A()+B(r)); G={k:z(r,gc2(r,k,eps=.1)) for k in ("std","mm","learn")}
    base=AB+sum(G.values()); out["base"]=base
    for m in ("std","mm","learn"):
        X,Q=metric_rows(r,m); d,i,dl,il=nn(r,m)
        for k,reg in ((5,.1),(10,.1),(20,.1),(10,1.)):
            q,l=lle(Q,X,i,k,reg),lle(X,X,il,k,reg); sc=np.median(l)
            G_=lambda v:np.log(.1*sc+v); v=G_(q)-.5*G_(l)[i[:,:10]].mean(1); out[f"lle {m} {k} {reg}"]=v; out[f"base+lle {m} {k} {reg}"]=base+z(r,v)
            out[f"AB+lle {m} {k} {reg}"]=AB+z(r,v)
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/F123b"],"/tmp/det/exp13.pkl",sets=DEV,splits=range(2)); per_set(res,[k for k in res if "lle" in k[1] and "AB" not in k[1] and "base" not in k[1]],c=(1,))
