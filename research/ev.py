from exp3 import *
from scipy.special import gammaln
for n in DEV:
    r=Run("/tmp/det/R0",n,0); h=slice(len(r.y),None); D=r.D
    bound=r.bound()[h]+np.log(r.s).sum()+.5*D*np.log(2*np.pi)
    d,i,dl,il=nn(r,"learn"); N=len(r.kept); lv=D/2*np.log(np.pi)-gammaln(D/2+1)
    res=[]
    for k in (5,):
        nl=-(np.log(k)-np.log(N)-lv-D/2*np.log(d[h][:,k-1]+.01*D)) +np.log(r.s).sum()
        res.append(nl)
    # gaussian kde in learned metric with best single bandwidth
    X=(r.bank/r.s).astype(np.float32); Q=(r.q[h]/r.s).astype(np.float32); dd=((Q**2).sum(1)[:,None]+(X**2).sum(1)[None]-2*Q@X.T).astype(float).clip(0)
    best=min(((lambda L:(np.median(L),hh))(np.log(N)+.5*D*np.log(2*np.pi*hh*hh)-(lambda a:a.max(1)+np.log(np.exp(a-a.max(1,keepdims=True)).sum(1)))(-dd/(2*hh*hh))) for hh in (.25,.5,1,1.5,2,3,4)))
    print("%-12s D %3d vae %8.2f knn %8.2f kde %8.2f (h %.2f) per D %6.2f | idim %.1f"%(n,D,np.median(bound),np.median(res[0]),best[0]+np.log(r.s).sum(),best[1],(best[0]+np.log(r.s).sum()-np.median(bound))/D,idim(r,"std")))
