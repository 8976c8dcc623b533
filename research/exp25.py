from exp23 import *
def wts(r,m):
    X=r.bank; rg=np.ptp(X,0); v=X.var(0); const=rg<=1e-6; rg=np.where(const,1,rg)
    W=[np.ones(r.D),1/rg,1/r.s]; W=[w/np.sqrt((w**2*v).sum()/max(1e-9,v.sum())) for w in W]
    return {"std":W[0],"mm":W[1],"learn":W[2],"geo":np.sqrt(W[0]*W[1]),"geo3":(W[0]*W[1]*W[2])**(1/3),"sum2":np.sqrt((W[0]**2+W[1]**2)/2)}[m]
def build2(r,m):
    def f():
        W=wts(r,m); X,Q=r.bank,r.q; k=20; d,i=topk(Q*W,X*W,k); dl,il=topk(X*W,X*W,k,np.arange(len(X))); k=il.shape[1]
        h2=np.maximum(np.concatenate([((X[a:a+512,None,:]-X[il[a:a+512,:5]])**2).mean(1) for a in range(0,len(X),512)]).mean(0),1e-4)
        N=agg(T_all(r,Q,X,i[:,:10],h2),i[:,:10],T_all(r,X,X,il[:,:10],h2),il[:,:10])
        L=resid(X,X,il,k,.1,W); g2=np.maximum((L**2).mean(0),1e-4); R=resid(Q,X,i,k,.1,W); t=lambda e:(2.5*np.log1p(e**2/(4*g2))).sum(1)
        return np.stack([N,t(R)-.5*t(L)[i[:,:10]].mean(1)])
    if m in("learn","geo3"): return f()
    return nbr(r,"NE_"+m,f)
def fn(r):
    out={}; A=r.A(); b=B(r); P={}
    for m in ("std","mm","geo","geo3","sum2","learn"):
        P[m]=build2(r,m); out["N "+m]=P[m][0]; out["E "+m]=P[m][1]; out["AB/2+N+E "+m]=(A+b)/2+P[m].sum(0)
    out["AB/2+mean(std,mm)"]=(A+b)/2+(P["std"]+P["mm"]).sum(0)/2; out["AB/2+mean(std,mm,learn)"]=(A+b)/2+(P["std"]+P["mm"]+P["learn"]).sum(0)/3
    return out
if __name__=="__main__": 
    res=sweep(fn,["/tmp/det/H0"],"/tmp/det/exp25.pkl",sets=ALL)
