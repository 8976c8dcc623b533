from exp3 import *
from exp5 import gc2
def T_all(r,q,X,idx,h2,nu=4):
    out=np.empty(idx.shape)
    for a in range(0,len(q),256):
        D_=(q[a:a+256,None,:]-X[idx[a:a+256]])**2; out[a:a+256]=((nu+1)/2*np.log1p(D_/(nu*h2))).sum(2)
    return out
def parts(r,m,nu=4,k=5,K=20,h2=None):
    d,i,dl,il=nn(r,m); X,Q=r.bank,r.q
    if h2 is None:
        kk=min(k,il.shape[1]); h2=np.concatenate([((X[a:a+512,None,:]-X[il[a:a+512,:kk]])**2).mean(1) for a in range(0,len(X),512)]).mean(0); h2=np.maximum(h2,1e-4)
    return T_all(r,Q,X,i[:,:K],h2,nu),i[:,:K],T_all(r,X,X,il[:,:K],h2,nu),il[:,:K],h2
def agg(T,i,Tl,il,k=5,w=.5,kc=10,mode="mean",rerank=False):
    def red(T):
        t=np.sort(T,1)[:,:k] if rerank else T[:,:k]
        if mode=="mean": return t.mean(1)
        m=t.min(1); return m-np.log(np.exp(m[:,None]-t).mean(1))
    l=red(Tl)
    if rerank: o=np.argsort(T,1)[:,:kc]; j=np.take_along_axis(i,o,1)
    else: j=i[:,:kc]
    return red(T)-w*l[j].mean(1)
def fn(r):
    out={}; AB=z(r,r.A()+B(r)); out["AB"]=AB
    P={m:parts(r,m) for m in ("std","mm","geo")}; p=P["std"][:4]
    for k in (1,3,5,10): out[f"std k{k}"]=agg(*p,k=k)
    for k in (3,5,10): out[f"std rerank k{k}"]=agg(*p,k=k,rerank=True); out[f"mm rerank k{k}"]=agg(*P["mm"][:4],k=k,rerank=True)
    out["std lme20"]=agg(*p,k=20,mode="lme"); out["std lme5 rr"]=agg(*p,k=5,mode="lme",rerank=True)
    for w in (.25,.75): out[f"std w{w}"]=agg(*p,w=w); out[f"std rr w{w}"]=agg(*p,w=w,rerank=True)
    out["std kc5"]=agg(*p,kc=5); out["std kc20"]=agg(*p,kc=20)
    out["geo"]=agg(*P["geo"][:4]); out["geo rr"]=agg(*P["geo"][:4],rerank=True); out["mm"]=agg(*P["mm"][:4])
    for c in ("std k5","std rerank k5","geo","geo rr","mm","mm rerank k5"): out["AB+"+c]=AB+z(r,out[c]); out["AB+2"+c]=AB+2*z(r,out[c])
    return out
if __name__=="__main__":
    build(["/tmp/det/F1b"],("geo",),sets=DEV); res=sweep(fn,["/tmp/det/F1b"],"/tmp/det/exp16.pkl",sets=DEV)
