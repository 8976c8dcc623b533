from exp3 import *
from exp5 import gc2
from exp14 import hbos
from scipy.optimize import minimize
def net(r):
    P=np.load(r.dir+"/params.npy").astype(np.float64); m=r.D; n=r.mu.shape[1]; o=0; Ls=[]
    for a,b in ((256,m),(256,256),(2*n,256),(256,n),(256,256),(m,256)):
        W=P[o:o+a*b].reshape(a,b); o+=a*b; c=P[o:o+a]; o+=a; Ls.append((W,c))
    return Ls,n
def forward(r,X,draws=8,seed=0):
    Ls,n=net(r); h=np.tanh(X@Ls[0][0].T+Ls[0][1]); h=np.tanh(h@Ls[1][0].T+Ls[1][1]); o=h@Ls[2][0].T+Ls[2][1]; mu,lv=o[:,:n],np.clip(o[:,n:],-20,10)
    e=np.random.RandomState(seed).randn(draws//2,n); e=np.vstack([e,-e]); e2=0
    for k in range(draws):
        z_=mu+np.exp(.5*lv)*e[k]; d=np.tanh(np.tanh(z_@Ls[3][0].T+Ls[3][1])@Ls[4][0].T+Ls[4][1])@Ls[5][0].T+Ls[5][1]; e2=e2+(X-d)**2
    return mu,lv,e2/draws
def noise_rows(r,n,rng,kinds=(0,1,2)):
    X=r.x; lo,hi=X.min(0),X.max(0); out=[];
    for t in range(n):
        x=X[rng.randint(len(X))].copy(); kind=kinds[t%len(kinds)]; mask=rng.rand(r.D)<rng.rand(); 
        if not mask.any(): mask[rng.randint(r.D)]=True
        if kind==0: x[mask]=(lo+rng.rand(r.D)*(hi-lo))[mask]
        elif kind==1: x[mask]=X[rng.randint(len(X))][mask]
        else: x=x+rng.randn(r.D)*X.std(0)*10**rng.uniform(-1,.3)*mask
        out.append(x)
    return np.array(out)
def comps(r,Xq):
    mu,lv,e2=forward(r,Xq); A=(2.5*np.log1p(e2/(4*r.s**2))).sum(1); k=r.kept; act=r.mu[k].std(0)>.1; w=np.sqrt(np.exp(-r.lv[k]).mean(0))[act]; n=act.sum()
    Bv=n/2*np.log(.1*n+topk(mu[:,act]*w,r.mu[k][:,act]*w,5)[0].astype(float)).mean(1) if n else 0; out={"AB":A+Bv}
    for m in ("std","mm","learn"):
        X=r.bank; W={"std":1,"learn":1/r.s,"mm":1/np.where(np.ptp(X,0)<=0,1,np.ptp(X,0))}[m]
        d,i=topk(Xq*W,X*W,10); _,_,dl,_=nn(r,m); sc=np.median(dl[:,4])+1e-12; G=lambda q:r.D/2*np.log(.1*sc+q[:,:5].astype(float)).mean(1)
        out[m]=G(d)-.5*G(dl)[i[:,:10]].mean(1)
    out["hb"]=hbos(r.bank,Xq); return out
def fit(P,N,ks,l2=1e-2):
    mu=np.array([np.median(P[k]) for k in ks]); q=np.array([np.subtract(*np.quantile(P[k],[.9,.1])) for k in ks])+1e-9
    f=lambda C:np.clip((np.stack([C[k] for k in ks],1)-mu)/q,-5,20); p,n=f(P),f(N)
    def loss(th):
        w,b=th[:-1],th[-1]; a=p@w+b; c=n@w+b; L=np.logaddexp(0,a).mean()+np.logaddexp(0,-c).mean()+l2*(w**2).sum()
        sa=1/(1+np.exp(-a)); sc=1/(1+np.exp(c)); return L,np.r_[p.T@sa/len(p)-n.T@sc/len(n)+2*l2*w,sa.mean()-sc.mean()]
    th=minimize(loss,np.r_[np.ones(len(ks))/2,-1],jac=True,bounds=[(0,None)]*len(ks)+[(None,None)],method="L-BFGS-B").x
    return th[:-1],lambda C:((np.stack([C[k] for k in ks],1)-mu)/q)@th[:-1]
def fn(r):
    rng=np.random.RandomState(1); out={}
    Q=comps(r,r.q); H={k:v[len(r.y):] for k,v in Q.items()}; eq=sum(z(r,Q[k]) for k in ("AB","std","mm","learn")); out["eq"]=eq; out["eq+hb"]=eq+z(r,Q["hb"])
    for nm,kinds in (("all",(0,1,2)),("uni",(0,)),("perm",(1,)),("gau",(2,))):
        N=comps(r,noise_rows(r,1200,rng,kinds))
        for kn,ks in (("4",("AB","std","mm","learn")),("5",("AB","std","mm","learn","hb"))):
            w,S=fit(H,N,ks); out[f"nce {nm} {kn}"]=S(Q)
            if r.seed==0 and nm=="all": print(r.name,np.round(w/w.sum(),2),flush=True)
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/F1b"],"/tmp/det/nce.pkl",sets=DEV,splits=range(2)); per_set(res,c=(1,))
