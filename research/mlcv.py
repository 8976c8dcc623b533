from exp3 import *
from exp9 import gcn
# per-feature bandwidths by leave-one-out likelihood of a kernel density (EM), features standardised
def mlcv(X,iters=12,n=1200,floor=.05,start=1.):
    rng=np.random.RandomState(0); Qi=rng.permutation(len(X))[:n]; Q=X[Qi]; D=X.shape[1]; h2=np.full(D,.25)
    for t in range(iters):
        Xs=(X/np.sqrt(h2)).astype(np.float32); Qs=Xs[Qi]; d=((Qs**2).sum(1)[:,None]+(Xs**2).sum(1)[None]-2*Qs@Xs.T).astype(np.float64)
        d[np.arange(len(Qi)),Qi]=np.inf; d-=d.min(1,keepdims=True); r=np.exp(-.5*d); r/=r.sum(1,keepdims=True)
        # E r (q-x)^2 = q^2 -2 q (r X) + r X^2
        m2=(Q**2-2*Q*(r@X)+r@(X**2)).mean(0); h2=np.maximum(m2,floor**2)
    return np.sqrt(h2)
def fn(r):
    k=min(20,len(r.kept)-1); out={}; A=z(r,r.A()+B(r))
    for fl in (.05,.2):
        h=mlcv(r.bank,floor=fl); X,Q=r.bank/h,r.q/h
        d,i=topk(Q,X,k); dl,il=topk(X,X,k,np.arange(len(X))); v=gcn(r.D,d.astype(float),i,dl.astype(float)); out[f"mlcv{fl}"]=v; out[f"AB+mlcv{fl}"]=A+z(r,v)
    for m in ("std","mm","learn"): v=gc(r,m,eps=.1); out[m]=v; out["AB+"+m]=A+z(r,v)
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/R0"],"/tmp/det/mlcv.pkl",sets=DEV,splits=range(2)); per_set(res,c=(1,))
