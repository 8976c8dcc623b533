from exp32 import *
def bank_idx(r,n,m="mm",share=.5,seed=0):
    Z=(r.bank*wts(r,m)).astype(np.float32); rng=np.random.RandomState(seed)
    if n>=len(Z): return np.arange(len(Z))
    a=np.unique(kcenter(Z,int(n*share),rng)); rest=np.setdiff1d(np.arange(len(Z)),a); return np.sort(np.r_[a,rng.permutation(rest)[:n-len(a)]])
def fn(r):
    out={}; A=r.A(); 
    for m in ("mm","std","geo"):
        for n in ((1000,2000,9999) if m=="mm" else (2000,)):
            v=nbr(r,f"bank_{m}_{n}",lambda:final_bank(r,r.bank[bank_idx(r,n,m)],m=m)); out[f"A/2+ {m} {n}"]=A/2+v
            if m=="mm" and n==2000: out["only"]=v; out["A+ mm 2000"]=A+v; out["(A+KL)/2"]=(A+r.kl(r.qmu,r.qlv))/2+v; out["(A+B)/2"]=(A+B(r))/2+v
    return out
if __name__=="__main__": 
    res=sweep(fn,sys.argv[1].split(","),"/tmp/det/exp33.pkl",sets=ALL); per_set(res,[k for k in res if k[1]=="A/2+ mm 2000"])
