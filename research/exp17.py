from exp16 import *
def loo_h(X,il,k=5): return np.maximum(np.concatenate([((X[a:a+512,None,:]-X[il[a:a+512,:k]])**2).mean(1) for a in range(0,len(X),512)]).mean(0),1e-4)
def search(X,Q,k=10):
    d,i=topk(Q,X,k); dl,il=topk(X,X,k,np.arange(len(X))); return d,i,dl,il
def fn(r):
    out={}; A,b=r.A(),B(r); AB=A+b; X,Q=r.bank,r.q
    p=parts(r,"std",K=10); pm=parts(r,"mm",K=10); h1=p[4]
    d,i,dl,il=search(X/np.sqrt(h1),Q/np.sqrt(h1)); h2=loo_h(X,il)
    ph1=(T_all(r,Q,X,i,h1),i,T_all(r,X,X,il,h1),il); ph2=(T_all(r,Q,X,i,h2),i,T_all(r,X,X,il,h2),il)
    hm=pm[4]; d,i,dl,il=search(X/np.sqrt(hm),Q/np.sqrt(hm)); h3=loo_h(X,il); ph3=(T_all(r,Q,X,i,h3),i,T_all(r,X,X,il,h3),il)
    N={"std":agg(*p[:4]),"mm":agg(*pm[:4]),"h1":agg(*ph1),"h2":agg(*ph2),"h3":agg(*ph3)}
    for k,v in N.items():
        out["N "+k]=v; out["raw AB+N "+k]=AB+v; out["raw AB+2N "+k]=AB+2*v; out["z AB+2N "+k]=z(r,AB)+2*z(r,v)
    gs,gm=(gc2(r,k,eps=.1) for k in ("std","mm"))
    out["raw AB+N+gs std"]=AB+N["std"]+gs; out["raw AB+N+gm mm"]=AB+N["mm"]+gm; out["z AB+N+gm mm"]=z(r,AB)+z(r,N["mm"])+z(r,gm); out["z AB+N+gs std"]=z(r,AB)+z(r,N["std"])+z(r,gs)
    out["raw A+N mm"]=A+N["mm"]; out["raw A+2N mm"]=A+2*N["mm"]
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/F1b"],"/tmp/det/exp17.pkl",sets=DEV)
