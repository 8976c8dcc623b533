from exp17 import *
def llw(Nb,reg):
    Gm=Nb@Nb.transpose(0,2,1); tr=np.trace(Gm,axis1=1,axis2=2)[:,None,None]; k=Gm.shape[1]
    Gm=Gm+reg*(tr/k+1e-6)*np.eye(k); w=np.linalg.solve(Gm,np.ones((len(Gm),k,1)))[:,:,0]; return w/w.sum(1,keepdims=True)
def resid(Q,X,I,k,reg,W):
    out=np.empty_like(Q)
    for a in range(0,len(Q),512):
        Nb=X[I[a:a+512,:k]]; q=Q[a:a+512,None,:]
        if reg is None: out[a:a+512]=Q[a:a+512]-Nb.mean(1); continue
        w=llw((Nb-q)*W,reg); out[a:a+512]=Q[a:a+512]-(w[:,None,:]@Nb)[:,0]
    return out
def fn(r):
    out={}; A,b=r.A(),B(r); AB=A+b; X,Q=r.bank,r.q
    N={m:agg(*parts(r,m,K=10)[:4]) for m in ("std","mm")}
    for m in ("std","mm"):
        d,i,dl,il=nn(r,m); rg=np.ptp(X,0); rg[rg<=0]=1; W=1 if m=="std" else 1/rg
        for nm,k,reg in (("mean5",5,None),("mean10",10,None),("lle10 .1",10,.1),("lle10 1",10,1.),("lle20 .3",20,.3),("lle20 1",20,1.)):
            k=min(k,il.shape[1]); L=resid(X,X,il,k,reg,W); h2=np.maximum((L**2).mean(0),1e-4); R=resid(Q,X,i,k,reg,W)
            t=lambda e:(2.5*np.log1p(e**2/(4*h2))).sum(1); tl=t(L); v=t(R)-.5*tl[i[:,:10]].mean(1)
            out[f"{nm} {m}"]=v; out[f"raw AB+N+{nm} {m}"]=AB+N[m]+v; out[f"raw AB+2{nm} {m}"]=AB+2*v
    out["raw AB+2N mm"]=AB+2*N["mm"]; out["N mm"]=N["mm"]
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/F1b"],"/tmp/det/exp21.pkl",sets=ALL,splits=range(3)); per_set(res,[k for k in res if "AB" not in k[1]],c=(1,))
