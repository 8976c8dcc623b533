import sys, os
os.environ["OPENBLAS_NUM_THREADS"]="1"
from common import *
from multiprocessing import Pool
from sklearn.neighbors import NearestNeighbors, LocalOutlierFactor
from sklearn.ensemble import IsolationForest
from sklearn.svm import OneClassSVM
from sklearn.decomposition import PCA
def scalers(tr,te):
    tr=tr.astype(np.float64); te=te.astype(np.float64)
    mu,sd=tr.mean(0),tr.std(0); sd[sd<=1e-6*np.abs(mu)]=1; sd[sd==0]=1
    lo,r=tr.min(0),tr.max(0)-tr.min(0); r[r<=0]=1
    return {"std":((tr-mu)/sd,(te-mu)/sd),"mm":((tr-lo)/r,(te-lo)/r)}
def one(a):
    n,seed,md=a; tr,te,y=load(n,seed); out=[]; p=f"{md}/{n}_{seed}/train.npy"; tr=np.load(p) if os.path.exists(p) else tr
    for sc,(a,b) in scalers(tr,te).items():
        k=min(5,len(a)); out.append((f"knn_{sc}",metrics(NearestNeighbors(n_neighbors=k).fit(a).kneighbors(b)[0][:,-1],y)))
        out.append((f"lof_{sc}",metrics(-LocalOutlierFactor(n_neighbors=min(20,len(a)-1),novelty=True).fit(a).score_samples(b),y)))
        rows=a if len(a)<=5000 else a[np.random.RandomState(0).permutation(len(a))[:5000]]
        out.append((f"ocsvm_{sc}",metrics(-OneClassSVM(nu=.1,gamma="scale").fit(rows).score_samples(b),y)))
        p=PCA(svd_solver="full").fit(a); ev=np.maximum(p.explained_variance_,1e-10)
        keep=p.explained_variance_>1e-10
        t=p.transform(b)[:,keep]; out.append((f"pcamaha_{sc}",metrics((t**2/ev[keep]).sum(1),y)))
        k=1+np.searchsorted(np.cumsum(p.explained_variance_ratio_),.9); z=p.transform(b)[:,:k]; rec=z@p.components_[:k]+p.mean_
        out.append((f"pcarec_{sc}",metrics(((b-rec)**2).sum(1),y)))
        if sc=="std": out.append(("iforest",metrics(-IsolationForest(random_state=seed).fit(a).score_samples(b),y)))
    return [(n,seed,m,*v) for m,v in out]
if __name__=="__main__":
    md=sys.argv[2]
    with Pool(2) as p, open(sys.argv[1],"w") as f:
        f.write("set,split,method,auroc,ap,f1\n")
        for r in p.imap_unordered(one,[(n,s,md) for n in ["mnist","campaign"]+[x for x in ALL if x not in("mnist","campaign")] for s in range(3)]):
            for x in r: f.write("%s,%d,%s,%.5f,%.5f,%.5f\n"%x)
            f.flush()
