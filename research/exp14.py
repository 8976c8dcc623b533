from exp3 import *
from exp5 import gc2
def hbos(X,Q,bins=20):
    out=np.zeros(len(Q))
    for j in range(X.shape[1]):
        lo,hi=X[:,j].min(),X[:,j].max(); w=(hi-lo)/bins
        if w<=0: out+=np.where(np.abs(Q[:,j]-lo)>1e-6,np.log(len(X)),0); continue
        h=np.bincount(np.clip(((X[:,j]-lo)/w).astype(int),0,bins-1),minlength=bins)
        b=np.floor((Q[:,j]-lo)/w).astype(int); c=np.where((b>=0)&(b<bins),h[np.clip(b,0,bins-1)],0); c=np.where(Q[:,j]==hi,h[-1],c)
        out-=np.log((c+.5)/(len(X)+.5*bins))
    return out
def ecod(X,Q):
    L=np.zeros(len(Q));R=np.zeros(len(Q)); n=len(X); A=np.zeros(len(Q))
    for j in range(X.shape[1]):
        s=np.sort(X[:,j]); l=-np.log((np.searchsorted(s,Q[:,j],"right")+.5)/(n+1)); r=-np.log((n-np.searchsorted(s,Q[:,j],"left")+.5)/(n+1)); sk=((X[:,j]-X[:,j].mean())**3).mean()
        L+=l;R+=r;A+=l if sk<0 else r
    return np.maximum(np.maximum(L,R),A)
def fn(r):
    out={}; AB0=r.A()+B(r); AB=z(r,AB0); G={k:z(r,gc2(r,k,eps=.1)) for k in ("std","mm","learn")}; g=sum(G.values())
    base=AB+g; out["base"]=base; X,Q=r.bank,r.q
    H,E=hbos(X,Q),ecod(X,Q); out["hbos"]=H; out["ecod"]=E
    for w in (.25,.5,1): out[f"base+{w}hbos"]=base+w*z(r,H); out[f"base+{w}ecod"]=base+w*z(r,E)
    # local level of A
    k=r.kept; At=((5)/2*np.log1p(r.e2[k]/(4*r.s**2))).sum(1)
    for m in ("std","iso"):
        d,i,dl,il=nn(r,m)
        for w in (.25,.5): 
            v=AB0-w*At[i[:,:10]].mean(1); out[f"AB-{w}loc {m}"]=v; out[f"base AB-{w}loc {m}"]=z(r,v)+g
    out["AB"]=AB0
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/F1b"],"/tmp/det/exp14.pkl",sets=DEV); per_set(res,[k for k in res if "loc" not in k[1]],c=(1,))
