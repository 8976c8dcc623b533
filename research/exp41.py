from exp37 import *
def setup(r):
    N,E3,E5,E10,E20=nbr(r,"pieces",lambda:pieces(r)); bi=bank_idx(r,2000); X=r.bank[bi]; Q=r.q; W=wts(r,"mm")
    d,i=nbr(r,"bnn",lambda:np.stack([v.astype(np.float64) for v in topk(Q*W,X*W,20)])); i=i.astype(int)
    Y,QY=r.ycoord(); Y=Y[bi]; n=Y.shape[1]
    L=n/2*np.log1p(np.concatenate([((QY[a:a+512,None]-Y[i[a:a+512,:5]])**2).sum(2) for a in range(0,len(QY),512)])/(.1*n)).mean(1) if n else 0
    k=r.kept[bi]; Ab=(2.5*np.log1p(r.e2[k]/(4*r.s**2))).sum(1)
    return N,E5,E20,L,i,Ab
def fn(r):
    out={}; A=r.A(); N,E5,E20,L,i,Ab=setup(r); G=N+(E5+E20)/2+L/2; out["S"]=A/2+G
    loc=Ab[i].mean(1); near=Ab[i[:,:5]].mean(1)
    for w in (.5,.75,1): out[f"w{w}"]=(A-w*loc)/2+G; out[f"w{w} near5"]=(A-w*near)/2+G; out[f"pos w{w}"]=np.maximum(A-w*loc,0)/2+G
    out["A-loc"]=A-loc; out["A-.5loc"]=A-.5*loc; out["A"]=A
    # concave: t-form over the row instead of the sum over features
    D=r.D; out["DlogA"]=D/2*np.log1p(2*A/D)/2+G; out["sqrtA"]=np.sqrt(A*D)/2+G
    return out
if __name__=="__main__": 
    res=sweep(fn,sys.argv[1].split(","),"/tmp/det/exp41.pkl",sets=ALL)
