from exp17 import *
def fn(r):
    out={}; A,b=r.A(),B(r); AB=A+b; X,Q=r.bank,r.q; sd2=np.maximum(X.var(0),1e-4)
    for m in ("std","mm"):
        d,i,dl,il=nn(r,m); loo=loo_h(X,il)
        for a in (0,.25,.5,.75):
            h2=loo**a*sd2**(1-a); h2=h2*(loo/h2).mean()
            P=parts(r,m,K=10,h2=h2); v=agg(*P[:4]); out[f"N {m} a{a}"]=v; out[f"raw A+2N {m} a{a}"]=A+2*v; out[f"z A+2N {m} a{a}"]=z(r,A)+2*z(r,v); out[f"z AB+2N {m} a{a}"]=z(r,AB)+2*z(r,v)
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/F1b"],"/tmp/det/exp18.pkl",sets=DEV); per_set(res,[k for k in res if k[1].startswith("N")],c=(1,))
