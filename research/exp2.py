from comp import *
DEV=EIGHT+DEV7
def fn(r):
    out={}
    for m in ("std","learn","mm","white","rank","iso"):
        d,i,dl,il=nn(r,m); D=max(1,r.ycoord()[0].shape[1]) if m=="iso" else r.D
        # metric scale: eps relative to mean LOO squared distance so that unit does not matter
        sc=np.median(dl[:,4])+1e-12
        G=lambda q: D/2*np.log(1e-2*sc+q[:,:5]).mean(1)
        gq,gl=G(d),G(dl); C=gl[i[:,:10]].mean(1)
        out["g "+m]=gq; out["g-.5C "+m]=gq-.5*C; out["g-C "+m]=gq-C
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/R0"],"/tmp/det/exp2.pkl",sets=DEV)
