from exp21 import *
def lres(r,m,k=20,reg=.3,K=40,ker=None,w=.5,nu=4,W="m",kc=10,fl=1e-4):
    X,Q=r.bank,r.q; d,i,dl,il=nn(r,m,K); rg=np.ptp(X,0); rg[rg<=0]=1; Wt={"std":1,"mm":1/rg}[m if W=="m" else W]
    k=min(k,il.shape[1]); L=resid(X,X,il,k,reg,Wt); h2=np.maximum((L**2).mean(0),fl); R=resid(Q,X,i,k,reg,Wt)
    t=lambda e:((nu+1)/2*np.log1p(e**2/(nu*h2))).sum(1); tl=t(L); return t(R)-w*tl[i[:,:kc]].mean(1)
def fn(r):
    out={}; A,b=r.A(),B(r); AB=A+b; N=agg(*parts(r,"mm",K=10)[:4])
    for m in ("mm","std"):
        for k,reg in ((10,.1),(10,.3),(15,.3),(20,.1),(20,.3),(30,.3),(30,1.),(40,.3),(40,1.)):
            v=lres(r,m,k,reg); out[f"{m} {k} {reg}"]=v; out[f"AB+N+E {m} {k} {reg}"]=AB+N+v; out[f"A+N+E {m} {k} {reg}"]=A+N+v
    out["AB+2N"]=AB+2*N; out["N"]=N; out["AB"]=AB; out["R"]=r.bound()
    return out
if __name__=="__main__":
    build(["/tmp/det/H0"],("std","mm"),K=40)
    res=sweep(fn,["/tmp/det/H0"],"/tmp/det/exp22.pkl",sets=ALL); per_set(res,[k for k in res if "E mm" in k[1] and "AB" in k[1]],c=(0,1,))
