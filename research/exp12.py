from exp3 import *
from exp5 import gc2
def kde(Q,X,gs,self_=False,block=512):
    Q=Q.astype(np.float32); X=X.astype(np.float32); xx=(X**2).sum(1); out={g:[] for g in gs}
    for a in range(0,len(Q),block):
        q=Q[a:a+block]; d=np.maximum((q**2).sum(1)[:,None]+xx-2*q@X.T,0); m=d.min(1,keepdims=True)
        for g_ in gs:
            out[g_].append(g_*m[:,0]-np.log(np.exp(-g_*(d-m)).mean(1)))
    return {k:np.concatenate(v).astype(np.float64) for k,v in out.items()}
def fn(r):
    out={}; AB=z(r,r.A()+B(r)); G={k:z(r,gc2(r,k,eps=.1)) for k in ("std","mm","learn")}
    base=AB+sum(G.values()); out["base"]=base
    for m in ("std","mm"):
        X,Q=metric_rows(r,m); v=X.var(0).sum()
        for nm,w in kde(Q,X,[1/v,4/v,.25/v]).items():
            t=f"W{m} {nm*v:.2f}"; out[t]=w; out["base+"+t]=base+z(r,w); out["base+.5"+t]=base+.5*z(r,w)
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/F123b"],"/tmp/det/exp12.pkl",sets=DEV,splits=range(3)); per_set(res,[k for k in res if "std" in k[1] or k[1]=="base"],c=(1,))
