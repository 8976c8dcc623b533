from exp17 import *
def fn(r):
    out={}; A,b=r.A(),B(r); AB=A+b
    for m in ("std","mm"):
        T,i,Tl,il=parts(r,m,K=10)[:4]; N,L=T[:,:5].mean(1),Tl[:,:5].mean(1); e=.1*np.median(L)+1e-3
        for w in (.25,.5,.75,1):
            v=np.log(e+N)-w*np.log(e+L)[i].mean(1); out[f"log {m} w{w}"]=v; 
            if w in(.5,.75): out[f"z A+2log {m} w{w}"]=z(r,A)+2*z(r,v); out[f"z AB+2log {m} w{w}"]=z(r,AB)+2*z(r,v)
        out[f"diff {m} w.5"]=N-.5*L[i].mean(1)
        v2=N/np.sqrt(e+L[i].mean(1)); out[f"ratio.5 {m}"]=v2; out[f"z A+2ratio {m}"]=z(r,A)+2*z(r,v2)
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/F1b"],"/tmp/det/exp19.pkl",sets=DEV); per_set(res,[k for k in res if "z" not in k[1]],c=(1,))
