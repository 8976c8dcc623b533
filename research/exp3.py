from comp import *
DEV=EIGHT+DEV7
def gc(r,m,D=None,k=5,kc=10,eps=1e-2):
    d,i,dl,il=nn(r,m); D=D or r.D; sc=np.median(dl[:,4])+1e-12
    G=lambda q: D/2*np.log(eps*sc+q[:,:k]).mean(1)
    return G(d)-.5*G(dl)[i[:,:kc]].mean(1)
def B(r):
    d,i,dl,il=nn(r,"iso"); n=r.ycoord()[0].shape[1]
    return n/2*np.log(.1*n+d[:,:5]).mean(1) if n else 0
def z(r,v):
    h=v[len(r.y):]; q=np.quantile(h,[.1,.5,.9]); return (v-q[1])/(q[2]-q[0]+1e-9)
def idim(r,m):
    d,i,dl,il=nn(r,m); t=np.sqrt(dl[:,:20]+1e-12); ok=t[:,0]>1e-9
    if ok.sum()<10: return 1.
    t=t[ok]; return min(r.D,1/np.mean(np.log(t[:,-1:]/t[:,:-1]).mean(1)))
def fn(r):
    A=r.A(); b=B(r); gs,gl,gm=(gc(r,m) for m in("std","learn","mm")); out={}
    out["A+B+gl"]=A+b+gl; out["A+B+gs"]=A+b+gs; out["A+B+gm"]=A+b+gm; out["A+B+mean3"]=A+b+(gs+gl+gm)/3
    out["A+gl"]=A+gl; out["A+gs"]=A+gs; out["A+gm"]=A+gm
    out["zA+zgl"]=z(r,A)+z(r,gl); out["zA+zgs"]=z(r,A)+z(r,gs); out["zA+zgm"]=z(r,A)+z(r,gm); out["zA+zmean3"]=z(r,A)+(z(r,gs)+z(r,gl)+z(r,gm))/3
    out["z(A+B)+zmean3"]=z(r,A+b)+(z(r,gs)+z(r,gl)+z(r,gm))/3
    out["z(A+B)+zgs"]=z(r,A+b)+z(r,gs)
    for m,v in (("std",gs),("learn",gl)):
        f=idim(r,m)/r.D; out["A+B+g*id "+m]=A+b+v*f; 
    out["A+B+2gs"]=A+b+2*gs; out["A+B+.5gs"]=A+b+.5*gs
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/R0"],"/tmp/det/exp3.pkl",sets=DEV); per_set(res,c=(1,)) if 0 else 0
