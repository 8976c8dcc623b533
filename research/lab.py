import os
os.environ["OPENBLAS_NUM_THREADS"]="1"
from common import *
import sys, time, json
from multiprocessing import Pool
def topk(Q,X,k,self_idx=None,block=1024):
    """squared distances [q,k] and indices, ascending. self_idx: index in X of each query to leave out."""
    Q=np.ascontiguousarray(Q,np.float32); X=np.ascontiguousarray(X,np.float32); k=min(k,len(X)-(self_idx is not None))
    c=X.mean(0); Q=Q-c; X=X-c
    xx=(X.astype(np.float64)**2).sum(1).astype(np.float32); D2=np.empty((len(Q),k),np.float32); I=np.empty((len(Q),k),np.int32)
    for a in range(0,len(Q),block):
        q=Q[a:a+block]; d=-2*(q@X.T); d+=xx; d+=(q*q).sum(1)[:,None]
        if self_idx is not None: d[np.arange(len(q)),self_idx[a:a+block]]=np.inf
        kk=min(k,d.shape[1]); i=np.argpartition(d,kk-1,1)[:,:kk] if kk<d.shape[1] else np.broadcast_to(np.arange(kk),(len(q),kk)).copy()
        # exact distances for the chosen
        ex=np.empty(i.shape,np.float32)
        for b in range(0,len(q),128):
            ex[b:b+128]=((q[b:b+128,None,:]-X[i[b:b+128]])**2).sum(2)
        o=np.argsort(ex,1,kind="stable"); D2[a:a+block]=np.take_along_axis(ex,o,1); I[a:a+block]=np.take_along_axis(i,o,1)
    return D2,I
class Run:
    def __init__(self,model,name,seed,data=None):
        self.name,self.seed,self.dir=name,seed,f"{model}/{name}_{seed}"
        tr,self.te_raw,self.y=load(name,seed); p=self.dir+"/train.npy"
        self.tr_raw=np.load(p) if os.path.exists(p) else tr
        L=lambda n:np.load(f"{self.dir}/{n}.npy")
        self.kept,self.held=L("kept"),L("held"); self.off,self.fac=L("offset"),L("factor")
        self.s=np.exp(.5*L("logs2").astype(np.float64)); self.D=len(self.s)
        self.mu,self.lv,self.e2=L("train_mu").astype(np.float64),L("train_lv").astype(np.float64),L("train_e2").astype(np.float64)
        self.tmu,self.tlv,self.te2=L("test_mu").astype(np.float64),L("test_lv").astype(np.float64),L("test_e2").astype(np.float64)
        self.x=((self.tr_raw-self.off)*self.fac).astype(np.float64); self.tx=((self.te_raw-self.off)*self.fac).astype(np.float64)
        self.hist=L("history"); self.summary=L("summary")
    # queries: test then held rows
    @property
    def q(self): return np.vstack([self.tx,self.x[self.held]])
    @property
    def qmu(self): return np.vstack([self.tmu,self.mu[self.held]])
    @property
    def qlv(self): return np.vstack([self.tlv,self.lv[self.held]])
    @property
    def qe2(self): return np.vstack([self.te2,self.e2[self.held]])
    @property
    def bank(self): return self.x[self.kept]
    def kl(self,mu,lv): return .5*(mu**2+np.exp(lv)-lv-1).sum(1)
    def bound(self): return (self.qe2/(2*self.s**2)).sum(1)+self.kl(self.qmu,self.qlv)
    def A(self,nu=4): return ((nu+1)/2*np.log1p(self.qe2/(nu*self.s**2))).sum(1)
    def ycoord(self):
        k=self.kept; act=self.mu[k].std(0)>.1; w=np.sqrt(np.exp(-self.lv[k]).mean(0))[act]
        return self.mu[k][:,act]*w, self.qmu[:,act]*w
def g(D2,D,eps=.1,k=5): return D/2*np.log(eps*D+D2[:,:k].astype(np.float64)).mean(1)
def evaluate(run,s):
    n=len(run.y); m=metrics(s[:n],run.y); h=np.sort(s[n:]); norm=s[:n][run.y==0]; fa=[]
    for a in (.05,.01):
        c=len(h); k=int(np.ceil((1-a)*(c+1)))-1; t=h[k] if k<c else np.inf; fa.append((norm>t).mean())
    return (*m,*fa)
def sweep(fn,models,out=None,sets=ALL,splits=range(5),dop=2,tag="",log=True):
    jobs=[(fn,m,n,s) for m in models for n in sets for s in splits]
    res={}
    with Pool(dop) as p:
        for (m,n,s),r in p.imap_unordered(_job,jobs,chunksize=1):
            for k,v in r.items(): res.setdefault((m,k),{})[(n,s)]=v
    show(res,sets)
    if out:
        import pickle; pickle.dump(res,open(out,"wb"))
    return res
def _job(a):
    fn,m,n,s=a; run=Run(m,n,s); return (m,n,s),{k:evaluate(run,v) for k,v in fn(run).items()}
def gmean(d,sets,c): 
    ns=[n for n in sets if any(k[0]==n for k in d)]
    return np.mean([np.mean([v[c] for k,v in d.items() if k[0]==n]) for n in ns])*100 if ns else float('nan')
def show(res,sets=ALL):
    for (m,k),d in res.items():
        print(f"{os.path.basename(m):8s} {k:22s}",*["%s %5.2f/%5.2f/%5.2f |"%(g,*[gmean(d,ss,c) for c in range(3)]) for g,ss in (("8",EIGHT),("14",FOURTEEN),("d7",DEV7),("c7",CONF7))],"fa %.2f %.2f"%(gmean(d,ALL,3),gmean(d,ALL,4)),flush=True)
def per_set(res,keys=None,c=(0,1)):
    keys=keys or list(res)
    for n in ALL:
        print(f"{n:17s}",*["/".join("%5.1f"%(100*np.mean([v[i] for kk,v in res[k].items() if kk[0]==n])) for i in c) for k in keys])
