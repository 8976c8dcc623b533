from exp37 import *
from nce import net
def Adraws(r,Ks=(1,2,4,8,16,32)):
    Ls,n=net(r); Ls=[(W.astype(np.float32),c.astype(np.float32)) for W,c in Ls]; X=r.q.astype(np.float32); mu,lv=r.qmu.astype(np.float32),r.qlv.astype(np.float32); sd=np.exp(.5*lv)
    e=np.random.RandomState(0).randn(16,n).astype(np.float32); e=np.stack([e,-e],1).reshape(32,n); acc=0; out={}
    dec=lambda z:np.tanh(np.tanh(z@Ls[3][0].T+Ls[3][1])@Ls[4][0].T+Ls[4][1])@Ls[5][0].T+Ls[5][1]
    for k in range(32):
        acc=acc+(X-dec(mu+sd*e[k]))**2
        if k+1 in Ks: out[k+1]=(2.5*np.log1p(acc/(k+1)/(4*r.s**2))).sum(1)
    return out
def fn(r):
    out={}; N,E3,E5,E10,E20=nbr(r,"pieces",lambda:pieces(r))
    for k,A in Adraws(r).items(): out[f"A {k}"]=A; out[f"S {k}"]=A+2*N+E5+E20
    return out
if __name__=="__main__": 
    res=sweep(fn,sys.argv[1].split(","),"/tmp/det/exp40.pkl",sets=ALL,splits=range(2))
