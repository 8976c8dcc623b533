from exp3 import *
from exp5 import gc2
from scipy.spatial.distance import cdist
def topl1(Q,X,k,self=False,block=256,p="cityblock"):
    D=[];I=[]
    for a in range(0,len(Q),block):
        d=cdist(Q[a:a+block],X,p)
        if self: d[np.arange(len(d)),np.arange(a,a+len(d))]=np.inf
        i=np.argpartition(d,k,1)[:,:k]; dd=np.take_along_axis(d,i,1); o=np.argsort(dd,1); D.append(np.take_along_axis(dd,o,1)); I.append(np.take_along_axis(i,o,1))
    return np.vstack(D),np.vstack(I)
def gcn(Dim,d,i,dl,eps=.1,w=.5,k=5):
    sc=np.median(dl[:,4])+1e-12; G=lambda q: Dim/2*np.log(eps*sc+q[:,:k]).mean(1)
    return G(d)-w*G(dl)[i[:,:10]].mean(1)
def fn(r):
    out={}; k=min(20,len(r.kept)-1); A=z(r,r.A()+B(r)); P=np.load(r.dir+"/params.npy")
    for m in ("std","mm"):
        X,Q=metric_rows(r,m)
        d,i=topl1(Q,X,k); dl,il=topl1(X,X,k,True); v=gcn(r.D,d**2,i,dl**2); out["L1 "+m]=v; out["AB+L1 "+m]=A+z(r,v)
    m=r.D; W=P[:256*m].reshape(256,m); b=P[256*m:256*m+256]; W2=P[256*m+256:256*m+256+65536].reshape(256,256); b2=P[256*m+256+65536:][:256]
    H=lambda x:np.tanh(x@W.T+b); H2=lambda x:np.tanh(H(x)@W2.T+b2)
    for nm,f in (("h1",H),("h2",H2)):
        X,Q=f(r.bank),f(r.q); d,i=topk(Q,X,k); dl,il=topk(X,X,k,np.arange(len(X))); v=gcn(r.D,d.astype(float),i,dl.astype(float)); out[nm]=v; out["AB+"+nm]=A+z(r,v)
    rng=np.random.RandomState(0)
    for m in ("std","mm"):
        acc=0
        X,Q=metric_rows(r,m)
        for t in range(8):
            f=rng.permutation(r.D)[:max(1,int(np.ceil(r.D/2)))]; d,i=topk(Q[:,f],X[:,f],k); dl,il=topk(X[:,f],X[:,f],k,np.arange(len(X))); acc=acc+gcn(len(f),d.astype(float),i,dl.astype(float))
        out["bag8 "+m]=acc; out["AB+bag8 "+m]=A+z(r,acc)
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/R0"],"/tmp/det/exp9.pkl",sets=DEV,splits=range(3))
