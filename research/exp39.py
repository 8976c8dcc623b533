from exp37 import *
def fn(r):
    out={}; A=r.A(); N,E3,E5,E10,E20=nbr(r,"pieces",lambda:pieces(r)); S=A+2*N+E5+E20
    bi=bank_idx(r,2000); X=r.bank[bi]; Q=r.q; W=wts(r,"mm"); d,i=nbr(r,"bnn",lambda:np.stack([v.astype(np.float64) for v in topk(Q*W,X*W,20)])); i=i.astype(int)
    dl,il=nbr(r,"bnl",lambda:np.stack([v.astype(np.float64) for v in topk(X*W,X*W,20,np.arange(len(X)))])); il=il.astype(int)
    Y,QY=r.ycoord(); Y=Y[bi]; n=Y.shape[1]
    if n==0: return {k:S for k in ("S","e.01 k5","e.1 k5","e.3 k5","e1 k5","e2 k5","e1 k20","e1 k10","e1 k5 lev","e.1 k5 lev","e1 k5 x2","e1 k5 logmean")}
    dy=np.concatenate([((QY[a:a+512,None]-Y[i[a:a+512]])**2).sum(2) for a in range(0,len(QY),512)]); dyl=np.concatenate([((Y[a:a+512,None]-Y[il[a:a+512]])**2).sum(2) for a in range(0,len(Y),512)])
    f=lambda v,e,k:n/2*np.log(e*n+v[:,:k]).mean(1)
    out["S"]=S
    for e in (.01,.1,.3,1,2): out[f"e{e} k5".replace("0.",".")]=S+f(dy,e,5)
    out["e1 k20"]=S+f(dy,1,20); out["e1 k10"]=S+f(dy,1,10); 
    for e in (1,.1): out[f"e{e} k5 lev".replace("0.",".")]=S+f(dy,e,5)-.5*f(dyl,e,5)[i].mean(1)
    out["e1 k5 x2"]=S+2*f(dy,1,5); out["e1 k5 logmean"]=S+n/2*np.log(n+dy[:,:5].mean(1))
    return out
if __name__=="__main__": 
    res=sweep(fn,sys.argv[1].split(","),"/tmp/det/exp39.pkl",sets=ALL)
