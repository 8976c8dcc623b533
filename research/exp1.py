from lab import *
def fn(r):
    out={"R":r.bound(),"A":r.A(),"A+KL":r.A()+r.kl(r.qmu,r.qlv)}
    Y,QY=r.ycoord(); n=max(1,Y.shape[1]); rng=np.random.RandomState(0)
    for nm,b in (("2k",np.sort(rng.permutation(len(r.kept))[:2000])),("all",np.arange(len(r.kept)))):
        B=n/2*np.log(.1*n+topk(QY,Y[b],5)[0].astype(float)).mean(1) if Y.shape[1] else 0
        X=r.bank[b]/r.s; Q=r.q/r.s
        d,i=topk(Q,X,10); gx=g(d,r.D); loo=g(topk(X,X,5,np.arange(len(X)))[0],r.D); C=.5*loo[i].mean(1)
        out["A+B "+nm]=r.A()+B; out["V+ "+nm]=r.A()+B+gx-C; out["g "+nm]=gx; out["g-C "+nm]=gx-C
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/R0"],"/tmp/det/exp1.pkl"); per_set(res)
