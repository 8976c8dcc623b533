from exp37 import *
def fn(r):
    out={}; A=r.A(); N,E3,E5,E10,E20=nbr(r,"pieces",lambda:pieces(r)); S=A+2*N+E5+E20; out["S"]=S; out["S+B/2"]=S+B(r)/2
    bi=bank_idx(r,2000); X=r.bank[bi]; Q=r.q; W=wts(r,"mm"); d,i=nbr(r,"bnn",lambda:np.stack([v.astype(np.float64) for v in topk(Q*W,X*W,20)])); i=i.astype(int)
    Y,QY=r.ycoord(); Y=Y[bi]; n=Y.shape[1]
    if n:
        dy=np.concatenate([((QY[a:a+512,None]-Y[i[a:a+512]])**2).sum(2) for a in range(0,len(QY),512)]); dys=np.sort(dy,1)
        b1=n/2*np.log(.1*n+dys[:,:5]).mean(1); b2=n/2*np.log(.1*n+dy[:,:5]).mean(1); b3=n/2*np.log(.1*n+dys[:,:20]).mean(1)
        bb=n/2*np.log(.1*n+topk(QY,Y,5)[0].astype(float)).mean(1)
    else: b1=b2=b3=bb=0
    for nm,v in (("sorted5",b1),("first5",b2),("20",b3),("bank B",bb)): out["S+B'/2 "+nm]=S+v/2; out["S+B' "+nm]=S+v; 
    kl=r.kl(r.qmu,r.qlv); out["S+KL/2"]=S+kl/2; out["S+.25KL"]=S+kl/4
    H=((QY**2).sum(1)) if n else 0; out["S+n/2log(n+|y|2)"]=S+(n/2*np.log(n+H) if n else 0)
    return out
if __name__=="__main__": 
    res=sweep(fn,sys.argv[1].split(","),"/tmp/det/exp38.pkl",sets=ALL)
