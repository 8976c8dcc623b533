from exp3 import *
def t(r,v,q=.9):
    h=v[len(r.y):]; a,b=np.quantile(h,[.5,q]); return (v-a)/(b-a+1e-9)
def fn(r):
    A=r.A(); b=B(r); gs,gl,gm=(gc(r,m) for m in("std","learn","mm")); out={}
    P={"A":A,"AB":A+b,"s":gs,"l":gl,"m":gm}; T={k:t(r,v) for k,v in P.items()}
    def comb(ks,p):
        if p==0: return sum(T[k] for k in ks)
        return sum(np.sign(T[k])*np.abs(T[k])**p for k in ks) if p<9 else np.max([T[k] for k in ks],0)
    for nm,ks in (("A,s",["A","s"]),("AB,s,m",["AB","s","m"]),("A,s,l,m",["A","s","l","m"]),("A,AB,s,l,m",["A","AB","s","l","m"])):
        for p in (.5,1,2,3,9): out[f"{nm} p{p}"]=comb(ks,p)
    # log tail p-values, smoothed by exponential tail
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/R0"],"/tmp/det/exp4.pkl",sets=DEV)
