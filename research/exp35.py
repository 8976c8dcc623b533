from exp32 import *
def NEf(r,X,Q,cap,fl=9e-4,kn=5,ks=(5,20),reg=.1,K=20):
    """cap: None or function of (isconst, n) -> per-feature cap vector"""
    W=wts(r,"mm"); const=np.ptp(X,0)<=1e-6; W=np.where(const,0,W); d,i=topk(Q*W,X*W,K); dl,il=topk(X*W,X*W,K,np.arange(len(X))); kn_=min(kn,il.shape[1]); c=cap(const,len(X))
    h2=np.maximum(((X[:,None,:]-X[il[:,:kn_]])**2).mean((0,1)),fl)
    def TT(e,g2): return np.minimum(2.5*np.log1p(e**2/(4*g2)),c)
    def Nf(q,idx): return np.concatenate([TT(q[a:a+256,None]-X[idx[a:a+256,:kn_]],h2).sum(2).mean(1) for a in range(0,len(q),256)])
    tq,tl=Nf(Q,i),Nf(X,il); eq=el=0
    for k in ks:
        k=min(k,il.shape[1]); L=resid(X,X,il,k,reg,W); g2=np.maximum((L**2).mean(0),fl); R=resid(Q,X,i,k,reg,W); eq=eq+TT(R,g2).sum(1)/len(ks); el=el+TT(L,g2).sum(1)/len(ks)
    return tq+eq-.5*(tl+el)[i].mean(1)
def Acap(r,c): return np.minimum(2.5*np.log1p(r.qe2/(4*r.s**2)),c).sum(1)
def fn(r):
    out={}; X,Q=r.bank,r.q
    if r.dir.startswith("/tmp/det/H"): X=X[bank_idx(r,2000)] if 0 else X
    inf=lambda const,n:np.full(r.D,np.inf)
    con=lambda f:(lambda const,n:np.where(const,f(n),np.inf))
    al=lambda f:(lambda const,n:np.full(r.D,f(n)))
    for nm,cap in (("none",inf),("const 0",con(lambda n:0)),("const log n",con(lambda n:np.log(n+1))),("all 2log n",al(lambda n:2*np.log(n+1))),("all log n",al(lambda n:np.log(n+1)))):
        const=np.ptp(X,0)<=1e-6; v=NEf(r,X,Q,cap); A=Acap(r,cap(const,len(X))); out["NE "+nm]=v; out["A/2+NE "+nm]=A/2+v; out["A "+nm]=A
    return out
if __name__=="__main__": 
    res=sweep(fn,sys.argv[1].split(","),"/tmp/det/exp35.pkl",sets=ALL,splits=range(3))
    k=[k for k in res if k[0].endswith("S100") and "A/2" in k[1]]; per_set(res,k)
