from exp3 import *
def gc2(r,m,k=5,kc=10,w=.5,eps=1e-2,D=None,kl=None):
    d,i,dl,il=nn(r,m); D=D or r.D; sc=np.median(dl[:,4])+1e-12
    G=lambda q,k: D/2*np.log(eps*sc+q[:,:k]).mean(1)
    return G(d,k)-w*G(dl,kl or k)[i[:,:kc]].mean(1)
def fn(r):
    out={}
    def both(nm,**kw): out[nm]=gc2(r,"std",**kw)/r.D+gc2(r,"mm",**kw)/r.D
    for k in (1,2,3,5,10,20): both(f"k{k}",k=k)
    for kc in (1,3,5,20): both(f"kc{kc}",kc=kc)
    for w in (.25,.4,.6,.75): both(f"w{w}",w=w,kc=20)
    both("k3 kc20 kl10",k=3,kc=20,kl=10); both("k3 kl20",k=3,kl=20); both("k5 w.75 kl20 kc20",k=5,kl=20,kc=20,w=.75)
    for e in (0,1e-3,.1,.3): both(f"eps{e}",eps=e+1e-9)
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/R0"],"/tmp/det/exp5.pkl",sets=DEV)
